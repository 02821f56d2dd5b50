// A graph over time: lines, areas, stacks and bars on one or two axes.

import { chartOptions, followSize, pointer, timeAxis, uPlot, valueAxis } from "../chart.js";
import { element } from "../dom.js";
import { fieldConfig } from "../fields.js";
import { legend } from "../legend.js";
import { drawAlerts, drawThresholds, placeAlerts, placeExemplars } from "../overlays.js";
import { mixed, seriesColours, token, translucent } from "../palette.js";
import { stepsOf, valueScale } from "../scales.js";
import { aligned, calculate, stacked } from "../series.js";
import { seriesName } from "../templating.js";
import { clock } from "../timerange.js";
import { hideTooltip, showTooltip } from "../tooltip.js";
import { format } from "../units.js";

const { linear, stepped, spline, bars } = uPlot.paths;
const PATHS = {
  linear: linear(),
  smooth: spline(),
  stepBefore: stepped({ align: -1 }),
  stepAfter: stepped({ align: 1 }),
};
const BARS = bars({ size: [0.7, 14], align: 0 });

/** The panel's series on one time axis: {times, entries of {name, config, values, figures}}. */
export function prepare(panel, data, calcs) {
  const { start, end, step } = data.grid;
  const found = data.frames.flatMap(({ target, series }) =>
    series.map(({ metric, values }) => ({
      name: seriesName(target.legendFormat, metric),
      refId: target.refId,
      values,
    })),
  );
  const { times, rows } = aligned(found, start, end, step);
  const entries = found.map(({ name, refId }, at) => ({
    name,
    values: rows[at],
    config: fieldConfig(panel, name, refId),
    figures: Object.fromEntries(calcs.map((calc) => [calc, calculate(calc, rows[at])])),
  }));
  return { times, entries };
}

/** Of a logarithmic axis' marks only the powers of ten: nine lines a decade are noise. */
const onlyDecades = (_, splits) =>
  splits.map((value) => (Number.isInteger(Number(Math.log10(value).toFixed(6))) ? value : null));
const isRight = ({ config }) => config.custom.axisPlacement === "right";
const stackOf = ({ config }) => {
  const { mode = "none", group = "A" } = config.custom.stacking ?? {};
  return mode === "none" ? "" : group;
};

export class TimeseriesView {
  #hidden = new Set();
  #chart = null;
  #shape = "";

  constructor(body, panel, context) {
    this.panel = panel;
    this.context = context;
    this.place = element("div", { className: "chart" });
    this.legendPlace = element("div", { className: "legend-place" });
    const placement = panel.options?.legend?.placement ?? "bottom";
    body.classList.add(`legend-at-${placement}`);
    body.append(this.place, this.legendPlace);
    this.release = followSize(this.place, () => this.#chart);
  }

  /** Whether the data holds a single value. */
  static isEmpty(data) {
    return !data.frames.some(({ series }) => series.some(({ values }) => values.some(([, v]) => v !== "NaN")));
  }

  update(data) {
    this.data = data;
    const options = this.panel.options?.legend ?? {};
    const { times, entries } = prepare(this.panel, data, [...new Set([...(options.calcs ?? []), "lastNotNull"])]);
    const colours = seriesColours(entries);
    this.entries = entries.map((entry, at) => ({
      ...entry,
      colour: colours[at],
      hidden: this.#hidden.has(entry.name),
    }));
    this.times = times;
    this.#drawLegend(options);
    this.#draw();
  }

  restyle() {
    this.#shape = "";
    if (this.data) this.update(this.data);
  }

  /** Draw once more, with other alerts. */
  redraw() {
    this.#chart?.redraw(false);
  }

  destroy() {
    this.release();
    this.#chart?.destroy();
  }

  #drawLegend(options) {
    if (options.showLegend === false) return;
    const focused = this.legendPlace.contains(document.activeElement)
      ? document.activeElement.dataset.series
      : null;
    const scrolled = this.legendPlace.firstElementChild?.scrollTop ?? 0;
    const made = legend(options, this.entries, (at, alone) => this.#toggle(at, alone));
    this.legendPlace.replaceChildren(made);
    made.scrollTop = scrolled;
    if (focused !== null) made.querySelector(`[data-series="${CSS.escape(focused)}"]`)?.focus();
  }

  #toggle(at, alone) {
    const names = this.entries.map(({ name }) => name);
    const { name } = this.entries[at];
    if (alone) {
      const isAlone = !this.#hidden.has(name) && this.#hidden.size === names.length - 1;
      this.#hidden = new Set(isAlone ? [] : names.filter((other) => other !== name));
    } else if (!this.#hidden.delete(name)) {
      this.#hidden.add(name);
    }
    this.update(this.data);
  }

  #draw() {
    const rows = this.entries.map((entry) => ({ ...entry, group: stackOf(entry) }));
    const { values, bands } = stacked(rows);
    const data = [this.times, ...values];
    const shape = JSON.stringify(this.entries.map(({ name, colour, hidden }) => [name, colour, hidden]));
    if (this.#chart && shape === this.#shape) {
      this.#chart.setData(data);
      return;
    }
    this.#chart?.destroy();
    this.#shape = shape;
    this.#chart = new uPlot(this.#options(bands), data, this.place);
  }

  #options(bands) {
    const left = this.entries.find((entry) => !isRight(entry))?.config ?? fieldConfig(this.panel, "");
    const right = this.entries.find(isRight)?.config;
    const axis = (scale, config, options) =>
      valueAxis(scale, (value) => format(value, config.unit), { ...options, steps: stepsOf(config.unit) });
    const isLog = left.custom.scaleDistribution?.type === "log";
    const axes = [timeAxis(), axis("y", left, isLog ? { gridAt: onlyDecades, extra: { space: 22 } } : {})];
    const scales = { y: valueScale(left) };
    if (right) {
      axes.push(axis("right", right, { side: 1, grid: false }));
      scales.right = valueScale(right);
    }
    return chartOptions(this.place, this.context, {
      axes,
      scales,
      bands: bands
        .filter(([upper]) => this.entries[upper].config.custom.drawStyle !== "bars")
        .map(([upper, lower]) => ({ series: [upper + 1, lower + 1] })),
      series: [{}, ...this.entries.map((entry) => this.#series(entry))],
      hooks: {
        init: [(chart) => this.#addLayers(chart)],
        drawClear: [(chart) => drawAlerts(chart, this.context.alerts)],
        drawAxes: [(chart) => this.#drawBars(chart)],
        draw: [(chart) => this.#overlay(chart, left)],
        setCursor: [(chart) => this.#point(chart)],
      },
    });
  }

  #series({ name, config, colour, hidden }) {
    const { custom } = config;
    const opacity = (custom.fillOpacity ?? 0) / 100;
    const common = { label: name, scale: custom.axisPlacement === "right" ? "right" : "y", show: !hidden };
    if (custom.drawStyle === "bars") {
      // Drawn by hand, see #drawBars; the series stays for scale and cursor.
      return { ...common, stroke: colour, paths: () => null, points: { show: false } };
    }
    return {
      ...common,
      stroke: colour,
      width: custom.lineWidth ?? 1,
      fill: opacity > 0 ? translucent(colour, opacity) : undefined,
      paths: PATHS[custom.lineInterpolation] ?? PATHS.linear,
      points: { show: custom.showPoints === "always" },
      spanGaps: custom.spanNulls === true,
      dash: custom.lineStyle?.fill === "dash" ? (custom.lineStyle.dash ?? [6, 4]) : undefined,
    };
  }

  /** Stacked bars, each from the top of the one below, under the lines. */
  #drawBars(chart) {
    const { ctx, bbox } = chart;
    const step = this.data.grid.step;
    const pitch = Math.abs(chart.valToPos(step, "x", true) - chart.valToPos(0, "x", true));
    const width = Math.max(devicePixelRatio, Math.min(14 * devicePixelRatio, pitch * 0.72));
    const floors = new Map();
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const entry of this.entries) {
      if (entry.hidden || entry.config.custom.drawStyle !== "bars") continue;
      const scale = isRight(entry) ? "right" : "y";
      const group = stackOf(entry) || entry.name;
      const floor = floors.get(group) ?? new Array(this.times.length).fill(0);
      floors.set(group, floor);
      ctx.fillStyle = mixed(entry.colour, token("panel"), (entry.config.custom.fillOpacity ?? 60) / 100);
      entry.values.forEach((value, at) => {
        if (!value) return;
        const x = chart.valToPos(this.times[at], "x", true);
        const low = chart.valToPos(floor[at], scale, true);
        floor[at] += value;
        const high = chart.valToPos(floor[at], scale, true);
        ctx.fillRect(x - width / 2, high, width, low - high);
      });
    }
    ctx.restore();
  }

  #addLayers(chart) {
    this.alertLayer = element("div", { className: "alert-layer" });
    this.exemplarLayer = element("div", { className: "exemplar-layer" });
    chart.over.append(this.alertLayer, this.exemplarLayer);
  }

  #overlay(chart, config) {
    drawThresholds(chart, config, "y");
    placeAlerts(chart, this.alertLayer, this.context.alerts);
    placeExemplars(chart, this.exemplarLayer, this.data.exemplars, config);
  }

  #point(chart) {
    const at = pointer(chart);
    if (!at) return;
    const { idx } = chart.cursor;
    if (idx === null || idx === undefined) {
      hideTooltip();
      return;
    }
    const rows = this.entries
      .filter((entry) => !entry.hidden && entry.values[idx] !== null && entry.values[idx] !== undefined)
      .map((entry) => ({
        colour: entry.colour,
        name: entry.name,
        size: entry.values[idx],
        value: format(entry.values[idx], entry.config.unit, entry.config.decimals),
      }));
    if (this.panel.options?.tooltip?.sort === "desc") rows.sort((a, b) => b.size - a.size);
    showTooltip(at.x, at.y, clock(this.times[idx] * 1000, true), rows);
  }
}
