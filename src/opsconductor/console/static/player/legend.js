// A graph's legend: every series with its colour and figures; a press hides or shows the series.

import { element } from "./dom.js";
import { format } from "./units.js";

const TITLES = { lastNotNull: "Last", last: "Last", max: "Max", min: "Min", mean: "Mean", sum: "Total" };

/** The legend's element for `entries` of {name, colour, config, figures, hidden}, in order. */
export function legend(options, entries, onToggle) {
  const calcs = options.calcs ?? [];
  const isTable = options.displayMode === "table";
  const sorted = entries.map((entry, at) => ({ ...entry, at })).filter(({ config }) => !config.custom?.hideFrom?.legend);
  const by = calcs.find((calc) => (options.sortBy ?? "").startsWith(TITLES[calc] ?? calc));
  if (by) {
    const sign = options.sortDesc ? -1 : 1;
    sorted.sort((a, b) => sign * ((a.figures[by] ?? -Infinity) - (b.figures[by] ?? -Infinity)) || a.at - b.at);
  }
  const items = sorted.map((entry) => item(entry, calcs, isTable, onToggle));
  const head = isTable ? [header(calcs)] : [];
  return element(
    "div",
    { className: `legend ${isTable ? "legend-table" : "legend-list"} legend-${options.placement}` },
    ...head,
    ...items,
  );
}

function header(calcs) {
  const titles = calcs.map((calc) => element("span", { className: "figure" }, TITLES[calc] ?? calc));
  return element("div", { className: "legend-head" }, element("span", { className: "name" }), ...titles);
}

function item({ name, colour, config, figures, hidden, at }, calcs, isTable, onToggle) {
  const swatch = element("i", { "aria-hidden": "true" });
  swatch.style.background = colour;
  const values = calcs.map((calc) => `${TITLES[calc] ?? calc} ${format(figures[calc], config.unit, config.decimals)}`);
  const shown = isTable
    ? calcs.map((calc) => element("span", { className: "figure" }, format(figures[calc], config.unit, config.decimals)))
    : calcs.slice(0, 1).map((calc) => element("span", { className: "figure" }, format(figures[calc], config.unit, config.decimals)));
  const button = element(
    "button",
    {
      type: "button",
      className: "legend-item",
      "aria-pressed": String(!hidden),
      "data-series": name,
      title: `${name}: ${values.join(", ")}. Press to ${hidden ? "show" : "hide"} it, with Shift to show it alone.`,
    },
    swatch,
    element("span", { className: "name" }, name),
    ...shown,
  );
  button.addEventListener("click", (event) => onToggle(at, event.shiftKey));
  return button;
}
