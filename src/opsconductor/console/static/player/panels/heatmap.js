// How many observations fell into which bucket when: the darker a cell, the more.

import { cells, intensity } from "../buckets.js";
import { chartOptions, followSize, pointer, timeAxis, uPlot, valueAxis } from "../chart.js";
import { element } from "../dom.js";
import { drawAlerts } from "../overlays.js";
import { channels, token } from "../palette.js";
import { clock } from "../timerange.js";
import { hideTooltip, showTooltip } from "../tooltip.js";
import { format } from "../units.js";

const SHADES = 64;

/** The colours from few to many, in the theme that is in force. */
export function shades(stops) {
  const colours = stops.map(channels);
  return Array.from({ length: SHADES }, (_, at) => {
    const place = (at / (SHADES - 1)) * (colours.length - 1);
    const low = Math.min(Math.floor(place), colours.length - 2);
    const mix = colours[low].map((value, channel) =>
      Math.round(value + (colours[low + 1][channel] - value) * (place - low)),
    );
    return `rgb(${mix.join(", ")})`;
  });
}

export class HeatmapView {
  #chart = null;
  #shape = "";

  constructor(body, panel, context) {
    this.panel = panel;
    this.context = context;
    this.unit = panel.options?.yAxis?.unit ?? "s";
    this.place = element("div", { className: "chart" });
    this.scale = element("div", { className: "heat-scale" });
    body.classList.add("legend-at-bottom");
    body.append(this.place, this.scale);
    this.release = followSize(this.place, () => this.#chart);
  }

  static isEmpty(data) {
    return !data.frames.some(({ series }) => series.length);
  }

  update(data) {
    this.data = data;
    const { start, end, step } = data.grid;
    this.cells = cells(data.frames.flatMap(({ series }) => series), start, end, step);
    this.colours = shades([token("heat-low"), token("heat-mid"), token("heat-high")]);
    this.#drawScale();
    const rows = [this.cells.times, this.cells.times.map(() => null)];
    const shape = this.cells.bounds.join();
    if (this.#chart && shape === this.#shape) {
      this.#chart.setData(rows);
      return;
    }
    this.#chart?.destroy();
    this.#shape = shape;
    this.#chart = new uPlot(this.#options(), rows, this.place);
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

  #options() {
    const { bounds } = this.cells;
    const edges = [0, ...bounds.map((_, at) => at + 1)];
    const isReversed = this.panel.options?.yAxis?.reverse === true;
    return chartOptions(this.place, this.context, {
      axes: [
        { ...timeAxis(), grid: { show: false } },
        valueAxis("y", (edge) => (edge === 0 ? "" : this.#bound(edge - 1)), {
          grid: false,
          extra: { splits: () => edges, space: 12 },
        }),
      ],
      scales: { y: { range: () => [0, bounds.length], dir: isReversed ? -1 : 1 } },
      series: [{}, { scale: "y", paths: () => null, points: { show: false } }],
      cursor: { points: { show: false }, y: true },
      hooks: {
        drawClear: [(chart) => drawAlerts(chart, this.context.alerts)],
        draw: [(chart) => this.#drawCells(chart)],
        setCursor: [(chart) => this.#point(chart)],
      },
    });
  }

  #bound(bucket) {
    const bound = this.cells.bounds[bucket];
    return bound === Infinity ? "+Inf" : format(bound, this.unit);
  }

  #drawCells(chart) {
    const { ctx, bbox } = chart;
    const { times, counts, most } = this.cells;
    const step = this.data.grid.step;
    const exponent = this.panel.options?.color?.exponent ?? 0.5;
    const gap = this.panel.options?.cellGap ?? 1;
    const edge = (value, scale) => Math.round(chart.valToPos(value, scale, true));
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    counts.forEach((row, bucket) => {
      const [top, bottom] = [edge(bucket + 1, "y"), edge(bucket, "y")].sort((a, b) => a - b);
      row.forEach((count, at) => {
        if (!count || count < 1e-9) return;
        const left = edge(times[at] - step, "x");
        const right = edge(times[at], "x");
        ctx.fillStyle = this.colours[Math.round(intensity(count, most, exponent) * (SHADES - 1))];
        ctx.fillRect(left, top + gap, Math.max(1, right - left - gap), Math.max(1, bottom - top - gap));
      });
    });
    ctx.restore();
  }

  #drawScale() {
    const bar = element("i", { "aria-hidden": "true" });
    bar.style.background = `linear-gradient(to right, ${this.colours.filter((_, at) => at % 9 === 0).join(", ")})`;
    const most = format(Math.ceil(this.cells.most), "short");
    this.scale.replaceChildren(element("span", {}, "0"), bar, element("span", {}, most), element("span", {}, "in a cell"));
  }

  #point(chart) {
    const at = pointer(chart);
    if (!at) return;
    const { times, counts } = this.cells;
    const step = this.data.grid.step;
    const column = Math.ceil((chart.posToVal(chart.cursor.left, "x") - times[0]) / step);
    const bucket = Math.floor(chart.posToVal(chart.cursor.top, "y"));
    const count = counts[bucket]?.[column];
    if (count === undefined || count === null) {
      hideTooltip();
      return;
    }
    const exponent = this.panel.options?.color?.exponent ?? 0.5;
    const shade = this.colours[Math.round(intensity(count, this.cells.most, exponent) * (SHADES - 1))];
    const from = bucket === 0 ? format(0, this.unit) : this.#bound(bucket - 1);
    const range = this.cells.bounds[bucket] === Infinity ? `over ${from}` : `${from} – ${this.#bound(bucket)}`;
    showTooltip(at.x, at.y, clock(times[column] * 1000, true), [
      { colour: shade, name: range, value: format(count, "short", 0) },
    ]);
  }
}
