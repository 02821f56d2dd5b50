// Everything that one panel shows: its queries interpolated, sent and gathered.

import { formatDuration, parseDuration, rateInterval, stepFor } from "./durations.js";
import { SourceError } from "./sources/request.js";
import { queryExemplars, queryInstant, queryRange } from "./sources/prometheus.js";
import { queryLines } from "./sources/loki.js";
import { interpolate } from "./templating.js";

const LINES = 100;

/** The grid of times for a panel that is `width` pixels wide: start, end, step in seconds. */
export function timeGrid(panel, range, width, scrapeInterval) {
  const [from, to] = [range.from / 1000, range.to / 1000];
  const least = Math.max(scrapeInterval, parseDuration(panel.interval ?? "") ?? 0);
  const step = stepFor(to - from, panel.maxDataPoints ?? width, least);
  return { from, to, step, start: Math.floor(from / step) * step, end: Math.floor(to / step) * step };
}

/** The variables that Grafana makes from the time range and the step. */
export function builtIns(range, grid, scrapeInterval) {
  const seconds = Math.max(1, Math.round((range.to - range.from) / 1000));
  return {
    __interval: formatDuration(grid.step),
    __interval_ms: String(grid.step * 1000),
    __rate_interval: formatDuration(rateInterval(grid.step, scrapeInterval)),
    __range: formatDuration(seconds),
    __range_s: String(seconds),
    __range_ms: String(seconds * 1000),
    __from: String(range.from),
    __to: String(range.to),
  };
}

/** The data source's uid and type that a panel, target or annotation refers to. */
export function sourceOf(reference, variables) {
  return { type: reference.type, uid: interpolate(reference.uid, variables, "raw") };
}

/** {grid, frames: [{target, series | vector | streams}], exemplars}. Throws SourceError. */
export async function load(panel, { range, width, variables, scrapeInterval, signal }) {
  const grid = timeGrid(panel, range, width, scrapeInterval);
  const known = { ...variables, ...builtIns(range, grid, scrapeInterval) };
  const targets = panel.targets.filter((target) => !target.hide);
  const answers = await Promise.all(
    targets.map((target) => loadTarget(target, panel, grid, known, signal)),
  );
  return {
    grid,
    frames: answers.map(({ frame }) => frame),
    exemplars: answers.flatMap(({ exemplars }) => exemplars),
  };
}

async function loadTarget(target, panel, grid, variables, signal) {
  const { type, uid } = sourceOf(target.datasource ?? panel.datasource, variables);
  const expression = interpolate(target.expr, variables);
  if (type === "loki") {
    const options = { limit: target.maxLines ?? LINES, direction: target.direction ?? "backward" };
    const bounds = { start: grid.from, end: grid.to };
    const streams = await queryLines(uid, expression, bounds, options, signal);
    return { frame: { target, streams }, exemplars: [] };
  }
  if (target.instant && !target.range) {
    const vector = await queryInstant(uid, expression, grid.to, signal);
    return { frame: { target, vector }, exemplars: [] };
  }
  const [series, exemplars] = await Promise.all([
    queryRange(uid, expression, grid, signal),
    target.exemplar ? exemplarsIfAny(uid, expression, grid, signal) : [],
  ]);
  return { frame: { target, series }, exemplars };
}

/** Exemplars, or none from a data source that keeps none: the graph is what was asked for. */
async function exemplarsIfAny(uid, expression, grid, signal) {
  try {
    return await queryExemplars(uid, expression, grid, signal);
  } catch (error) {
    if (!(error instanceof SourceError) || error.unreachable) throw error;
    return [];
  }
}
