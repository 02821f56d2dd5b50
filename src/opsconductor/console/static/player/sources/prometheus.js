// Prometheus' query API. A range that was read before is brought up to date with its tail only.

import { mergeTail } from "../series.js";
import { request } from "./request.js";

// The newest points may still change: a scrape lands late, a rate's window fills up.
const REREAD_STEPS = 3;
const MOST_CACHED = 200;
const cache = new Map();

/** Series of a range query: [{metric, values: [[seconds, text]]}]. Ends lie on the step's grid. */
export async function queryRange(uid, query, { start, end, step }, signal) {
  const key = `${uid}\n${step}\n${query}`;
  const known = cache.get(key);
  const usable = known && known.start <= start && start <= known.end && known.end <= end;
  const from = usable ? Math.max(start, known.end - REREAD_STEPS * step) : start;
  const { result } = await request(uid, "api/v1/query_range", { query, start: from, end, step }, signal);
  const series = usable ? mergeTail(known.series, result, start, from) : result;
  cache.delete(key);
  cache.set(key, { start, end, series });
  if (cache.size > MOST_CACHED) cache.delete(cache.keys().next().value);
  return series;
}

/** The vector of an instant query at a time in seconds. */
export async function queryInstant(uid, query, time, signal) {
  const { resultType, result } = await request(uid, "api/v1/query", { query, time }, signal);
  return resultType === "scalar" ? [{ metric: {}, value: result }] : result;
}

/** Exemplars of the series that a query reads: [{time, value, labels}], newest last. */
export async function queryExemplars(uid, query, { start, end }, signal) {
  const series = await request(uid, "api/v1/query_exemplars", { query, start, end }, signal);
  return series
    .flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map(({ timestamp, value, labels }) => ({
        time: timestamp,
        value: Number(value),
        labels: { ...seriesLabels, ...labels },
      })),
    )
    .sort((a, b) => a.time - b.time);
}

/** Values of a label on the series that a selector names. */
export function labelValues(uid, label, selector, { start, end }, signal) {
  const parameters = { start, end, ...(selector ? { "match[]": selector } : {}) };
  return request(uid, `api/v1/label/${encodeURIComponent(label)}/values`, parameters, signal);
}
