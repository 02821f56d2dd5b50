// What is drawn over a graph: limits, firing alerts, and exemplars that lead to an execution.

import { element } from "./dom.js";
import { colour, token, translucent } from "./palette.js";
import { drawnSteps } from "./thresholds.js";
import { clock } from "./timerange.js";
import { format } from "./units.js";

const EXEMPLAR_SPACING_PX = 14;
const DASH = [6, 4];

/** Lines and areas of the panel's thresholds, on one scale. */
export function drawThresholds(chart, config, scale) {
  const { ctx, bbox } = chart;
  const { min, max } = chart.scales[scale];
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const step of drawnSteps(config)) {
    if (step.value > max || step.until < min) continue;
    const y = Math.round(chart.valToPos(step.value, scale, true));
    const stroke = colour(step.colour);
    if (step.area) {
      const top = chart.valToPos(Math.min(step.until, max), scale, true);
      ctx.fillStyle = translucent(stroke, 0.08);
      ctx.fillRect(bbox.left, top, bbox.width, y - top);
    }
    if (!step.line) continue;
    ctx.strokeStyle = translucent(stroke, 0.85);
    ctx.lineWidth = Math.round(1.25 * ratio);
    ctx.setLineDash(step.dashed ? DASH.map((length) => length * ratio) : []);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = stroke;
    label(ctx, format(step.value, config.unit), bbox.left + 4 * ratio, y, bbox.top);
  }
  ctx.restore();
}

/** The limit at its line's old end, on a ground of its own so that no series blots it out. */
function label(ctx, text, left, y, top) {
  const ratio = devicePixelRatio;
  const ink = ctx.fillStyle;
  ctx.font = `600 ${10 * ratio}px system-ui, sans-serif`;
  const width = ctx.measureText(text).width + 8 * ratio;
  const height = 14 * ratio;
  const upper = y - height - ratio > top ? y - height - ratio : y + ratio;
  ctx.fillStyle = translucent(token("panel"), 0.85);
  ctx.fillRect(left, upper, width, height);
  ctx.fillStyle = ink;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(text, left + 4 * ratio, upper + height / 2 + ratio / 2);
}

/** A tinted band for the time that an alert fired. */
export function drawAlerts(chart, alerts) {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const alert of alerts) {
    const left = chart.valToPos(alert.start, "x", true);
    const right = Math.max(left + 2, chart.valToPos(alert.end, "x", true));
    ctx.fillStyle = translucent(colour(alert.colour), 0.09);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = translucent(colour(alert.colour), 0.8);
    ctx.fillRect(left, bbox.top, Math.max(1, devicePixelRatio), bbox.height);
  }
  ctx.restore();
}

/** A mark at the foot of each band that says which alert it was and leads to the alerts. */
export function placeAlerts(chart, layer, alerts) {
  const width = chart.over.clientWidth;
  const marks = alerts.map((alert) => {
    const left = Math.max(0, Math.min(width, chart.valToPos(alert.start, "x")));
    const right = Math.max(left, Math.min(width, chart.valToPos(alert.end, "x")));
    const until = alert.ongoing ? "still firing" : `until ${clock(alert.end * 1000)}`;
    const mark = element("a", {
      className: "alert-mark",
      href: "/alerts",
      tabIndex: -1,
      title: `${alert.title} ${alert.text}\nfrom ${clock(alert.start * 1000)}, ${until}`,
      "aria-label": `${alert.title}, from ${clock(alert.start * 1000)}, ${until}`,
    });
    mark.style.left = `${left}px`;
    mark.style.width = `${Math.max(4, right - left)}px`;
    mark.style.background = colour(alert.colour);
    return mark;
  });
  layer.replaceChildren(...marks);
}

/** At most one exemplar for each stretch of the axis: the slowest, for that is what one looks for. */
export function thinned(exemplars, pixelOf) {
  const kept = new Map();
  for (const exemplar of exemplars) {
    const place = Math.floor(pixelOf(exemplar.time) / EXEMPLAR_SPACING_PX);
    const other = kept.get(place);
    if (!other || other.value < exemplar.value) kept.set(place, exemplar);
  }
  return [...kept.values()];
}

/** A diamond for each exemplar, a link to its execution. */
export function placeExemplars(chart, layer, exemplars, config) {
  const { min, max } = chart.scales.y;
  const { clientWidth: width, clientHeight: height } = chart.over;
  const marks = thinned(exemplars, (time) => chart.valToPos(time, "x"))
    .filter(({ value }) => value > 0 || min <= 0)
    .map((exemplar) => {
      const x = chart.valToPos(exemplar.time, "x");
      const y = chart.valToPos(Math.min(max, Math.max(min, exemplar.value)), "y");
      if (x < 0 || x > width) return null;
      return diamond(exemplar, config, x, Math.min(height, y));
    });
  layer.replaceChildren(...marks.filter(Boolean));
}

function diamond(exemplar, config, x, y) {
  const { tool, trace_id: trace = "" } = exemplar.labels;
  const about = [clock(exemplar.time * 1000), format(exemplar.value, config.unit), tool].filter(Boolean);
  const mark = element("a", {
    className: "exemplar",
    href: trace ? `/executions/${encodeURIComponent(trace)}` : undefined,
    tabIndex: -1,
    title: `${about.join(" · ")}\ntrace ${trace}\nOpen the execution`,
    "aria-label": `Execution ${trace}, ${about.join(", ")}`,
  });
  mark.style.left = `${x}px`;
  mark.style.top = `${y}px`;
  // A press on it is a click, not the start of a zoom.
  mark.addEventListener("mousedown", (event) => event.stopPropagation());
  return mark;
}
