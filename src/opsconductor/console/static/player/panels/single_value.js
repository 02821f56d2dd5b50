// What stat, gauge and bar gauge share: a figure for each series, its colour and its text.

import { fieldConfig, mapped } from "../fields.js";
import { colour } from "../palette.js";
import { calculate } from "../series.js";
import { seriesName } from "../templating.js";
import { colourAt } from "../thresholds.js";
import { format, split } from "../units.js";

const INFINITE = { "+Inf": Infinity, "-Inf": -Infinity };

/** A sample's text as a number. What never ends is a figure here, unlike in a graph. */
export function reading(text) {
  if (text in INFINITE) return INFINITE[text];
  const value = Number(text);
  return Number.isNaN(value) ? null : value;
}

/** Whether no figure can be had from the data. */
export function isEmpty(data) {
  return readings(data, "lastNotNull").every(({ value }) => value === null);
}

function readings(data, calc) {
  return data.frames.flatMap(({ target, series, vector }) =>
    (series ?? vector ?? []).map(({ metric, values, value }) => {
      const course = (values ?? [value]).map(([, text]) => reading(text));
      return { name: seriesName(target.legendFormat, metric), refId: target.refId, course, value: calculate(calc, course) };
    }),
  );
}

/** Every series' figure: {name, value, course, config, min, max, colour, number, unit}. */
export function figures(panel, data) {
  const calc = panel.options?.reduceOptions?.calcs?.[0] ?? "lastNotNull";
  return readings(data, calc)
    .filter(({ value }) => value !== null)
    .map(({ name, refId, value, course }) => {
      const config = fieldConfig(panel, name, refId);
      const steps = config.thresholds?.steps ?? [];
      const min = config.min ?? 0;
      const max = config.max ?? Math.max(value, ...steps.map((step) => step.value ?? 0), 1);
      const mapping = mapped(value, config.mappings);
      const isFixed = config.color?.mode === "fixed";
      const named = mapping?.color ?? (isFixed ? config.color.fixedColor : colourAt(value, config.thresholds, min, max));
      return {
        name, value, course, config, min, max,
        colour: colour(named),
        ...split(mapping?.text ?? format(value, config.unit, config.decimals)),
      };
    });
}

/** How far along min to max the value is, 0 to 1. */
export function share({ value, min, max }) {
  return max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
}
