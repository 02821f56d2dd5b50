// What stat, gauge and bar gauge share: one figure out of the answer, its colour and its text.

import { fieldConfig, mapped } from "../fields.js";
import { colour } from "../palette.js";
import { calculate, sample } from "../series.js";
import { seriesName } from "../templating.js";
import { colourAt } from "../thresholds.js";
import { format, split } from "../units.js";

/** Whether no figure can be had from the data. */
export function isEmpty(data) {
  return figures(data, "lastNotNull").every(({ value }) => value === null);
}

function figures(data, calc) {
  return data.frames.flatMap(({ target, series, vector }) =>
    (series ?? vector ?? []).map(({ metric, values, value }) => {
      const course = (values ?? [value]).map(([, text]) => sample(text));
      return { name: seriesName(target.legendFormat, metric), course, value: calculate(calc, course) };
    }),
  );
}

/** The first series' figure: {name, value, course, config, min, max, colour, number, unit}. */
export function singleValue(panel, data) {
  const calc = panel.options?.reduceOptions?.calcs?.[0] ?? "lastNotNull";
  const { name, value, course } = figures(data, calc)[0];
  const config = fieldConfig(panel, name);
  const min = config.min ?? 0;
  const max = config.max ?? Math.max(value ?? 0, ...(config.thresholds?.steps ?? []).map((step) => step.value ?? 0), 1);
  const mapping = mapped(value, config.mappings);
  const named = mapping?.color ?? (config.color?.mode === "fixed" ? config.color.fixedColor : colourAt(value, config.thresholds, min, max));
  return {
    name, value, course, config, min, max,
    colour: colour(named),
    ...split(mapping?.text ?? format(value, config.unit, config.decimals)),
  };
}

/** How far along min to max the value is, 0 to 1. */
export function share({ value, min, max }) {
  return max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
}
