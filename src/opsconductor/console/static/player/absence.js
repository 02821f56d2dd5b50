// Why a panel has nothing to show: a metric that is not there, and since when.

import { metricNames } from "./metric_names.js";
import { sourceOf } from "./panel_data.js";
import { queryInstant } from "./sources/prometheus.js";
import { SourceError } from "./sources/request.js";
import { interpolate } from "./templating.js";
import { clock } from "./timerange.js";

const LATELY = { range: "15m", step: 15 }; // most of what is missed has just gone, and this is cheap
const LOOKBACK = { range: "7d", step: 300 };
const LOOKBACK_IN_WORDS = "7 days";
const KEPT_MS = 60_000;
const MOST_KEPT = 200;
const known = new Map();

/** A sentence for each metric that the panel's queries read and that is not there. */
export async function missing(panel, variables, grid, signal) {
  const asked = panel.targets.flatMap((target) => {
    const { type, uid } = sourceOf(target.datasource ?? panel.datasource, variables);
    const names = type === "prometheus" ? metricNames(interpolate(target.expr, variables)) : [];
    return names.map((name) => ({ uid, name }));
  });
  const each = new Map(asked.map((one) => [`${one.uid} ${one.name}`, one]));
  const found = await Promise.all([...each.values()].map((one) => lastSeen(one, grid.to, signal)));
  return [...each.values()].flatMap(({ name }, at) => (found[at] < grid.from ? [sentence(name, found[at])] : []));
}

/** What is said of a metric that was last seen then, in seconds; 0 is never. */
export function sentence(name, seen) {
  if (seen === 0) return `${name} is not there, and was not in the ${LOOKBACK_IN_WORDS} before.`;
  return `${name} is not there; it was last seen at ${clock(seen * 1000, true)}.`;
}

/** When a metric had its last sample before `to`, in seconds; 0 for never, Infinity for unknown. */
async function lastSeen({ uid, name }, to, signal) {
  const key = `${uid} ${name} ${Math.floor((to * 1000) / KEPT_MS)}`;
  if (known.has(key)) return known.get(key);
  try {
    const seen =
      (await newest(uid, `max(timestamp(${name}))`, to, signal)) ||
      (await searched(uid, name, to, LATELY, signal)) ||
      (await searched(uid, name, to, LOOKBACK, signal));
    if (known.size > MOST_KEPT) known.clear();
    known.set(key, seen);
    return seen;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return Infinity; // the panel's own query was answered: better to say less than to guess
  }
}

// A subquery is evaluated at multiples of its step: only the multiple after `to` has all before `to`.
async function searched(uid, name, to, reach, signal) {
  const end = Math.ceil(to / reach.step) * reach.step;
  const step = await newest(uid, lastStep(name, reach), end, signal);
  return step && ((await newest(uid, lastSecond(name, reach), step, signal)) || step);
}

/**
 * PromQL: the end of the last step, in seconds, during which the metric had a sample. It looks into
 * each step, for what came and went between two of their ends is not there at either of them.
 */
export function lastStep(name, { range, step }) {
  return `max_over_time((time() + 0 * count(present_over_time(${name}[${step}s])))[${range}:${step}s])`;
}

/** PromQL, at a step's end: when the metric had its last sample during it, to the second. */
export function lastSecond(name, { step }) {
  return `max(max_over_time(timestamp(${name})[${step}s:1s]))`;
}

async function newest(uid, query, to, signal) {
  const [sample] = await queryInstant(uid, query, to, signal);
  return sample ? Number(sample.value[1]) : 0;
}
