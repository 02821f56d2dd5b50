// What every uPlot chart of a dashboard shares: time axis, cursor over all panels, zoom by drag.

import uPlot from "../vendor/uPlot.esm.js";
import { token, translucent } from "./palette.js";
import { axisLabels } from "./timerange.js";
import { hideTooltip } from "./tooltip.js";

export { uPlot };

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const SMALLEST_DRAG_PX = 8;
const TICK = 4;
const HALF_TIME_PX = 25; // of the widest mark on a time axis, which stands around its tick
const charts = uPlot.sync("dashboard");

/** The time axis of the range. */
export function timeAxis() {
  return {
    font: FONT,
    stroke: token("muted"),
    grid: { stroke: translucent(token("muted"), 0.13), width: 1 },
    ticks: { stroke: translucent(token("muted"), 0.3), width: 1, size: TICK },
    size: 30,
    gap: 5,
    space: 76,
    values: (_, splits, axis, space, increment) => axisLabels(splits, increment),
  };
}

const everyMark = (_, splits) => splits;

/** A value axis, as wide as its longest label. */
export function valueAxis(scale, format, options = {}) {
  return {
    scale,
    font: FONT,
    stroke: token("muted"),
    grid: { show: options.grid ?? true, stroke: translucent(token("muted"), 0.13), width: 1, filter: options.gridAt ?? everyMark },
    ticks: { show: false },
    side: options.side ?? 3,
    gap: 6,
    space: 32,
    size: (chart, values) => {
      if (!values?.length) return 40;
      chart.ctx.save();
      chart.ctx.font = FONT;
      const widest = Math.max(...values.map((value) => chart.ctx.measureText(value ?? "").width));
      chart.ctx.restore();
      return Math.ceil(widest) + 16;
    },
    values: (_, splits) => splits.map((value) => (value === null ? "" : format(value))),
    ...(options.steps ? { incrs: options.steps } : {}),
    ...options.extra,
  };
}

/** Options of a chart in `place`; `context` gives the range and takes a zoom. */
export function chartOptions(place, context, { series, scales, axes, hooks = {}, bands, cursor = {} }) {
  return {
    ...sizeOf(place),
    padding: [8, rightOfPlot, 0, 2],
    legend: { show: false },
    series,
    bands,
    axes,
    scales: {
      x: { time: true, range: () => [context.range.from / 1000, context.range.to / 1000] },
      ...scales,
    },
    cursor: {
      sync: { key: charts.key, setSeries: false, scales: ["x", null] },
      drag: { x: true, y: false, setScale: false, dist: SMALLEST_DRAG_PX },
      focus: { prox: 24 },
      points: { size: 7, width: 2 },
      y: false,
      ...cursor,
    },
    hooks: {
      ...hooks,
      setSelect: [(chart) => zoom(chart, context)],
      ready: [...(hooks.ready ?? []), watchPointer],
    },
  };
}

/** Room for the last mark of the time axis, unless a value axis stands there anyway. */
function rightOfPlot(chart, side, sidesWithAxes) {
  return sidesWithAxes[side] ? 2 : HALF_TIME_PX;
}

function zoom(chart, context) {
  const { left, width } = chart.select;
  if (width < SMALLEST_DRAG_PX) return;
  const from = Math.round(chart.posToVal(left, "x") * 1000);
  const to = Math.round(chart.posToVal(left + width, "x") * 1000);
  chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  hideTooltip();
  context.onZoom(from, to);
}

function watchPointer(chart) {
  chart.over.addEventListener("mouseenter", () => {
    chart.isPointedAt = true;
  });
  chart.over.addEventListener("mouseleave", () => {
    chart.isPointedAt = false;
    hideTooltip();
  });
}

/** The pointer's place on the page while it is over this chart, else null. */
export function pointer(chart) {
  if (!chart.isPointedAt || chart.cursor.left < 0) return null;
  const box = chart.over.getBoundingClientRect();
  return { x: box.left + chart.cursor.left, y: box.top + chart.cursor.top };
}

function sizeOf(place) {
  return { width: Math.max(60, place.clientWidth), height: Math.max(60, place.clientHeight) };
}

/** Keep a chart as large as its place; returns what ends it. */
export function followSize(place, chartNow) {
  const observer = new ResizeObserver(() => {
    const chart = chartNow();
    const size = sizeOf(place);
    if (chart && (chart.width !== size.width || chart.height !== size.height)) chart.setSize(size);
  });
  observer.observe(place);
  return () => observer.disconnect();
}
