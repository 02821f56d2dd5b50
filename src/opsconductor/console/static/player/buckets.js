// A histogram's cumulative buckets as the cells of a heatmap.

import { sample } from "./series.js";

function bound(text) {
  return text === "+Inf" ? Infinity : Number(text);
}

/**
 * Cells of a heatmap: {bounds, times, counts, most}. `bounds` are the upper bounds, ascending;
 * `counts[bucket][time]` is what fell into that bucket alone, null where nothing was measured.
 */
export function cells(series, start, end, step) {
  const ordered = series
    .filter(({ metric }) => metric.le !== undefined)
    .map(({ metric, values }) => ({ le: bound(metric.le), values }))
    .sort((a, b) => a.le - b.le);
  const length = Math.max(0, Math.floor((end - start) / step + 1e-6)) + 1;
  const times = Array.from({ length }, (_, at) => start + at * step);
  let below = new Array(length).fill(0);
  let most = 0;
  const counts = ordered.map(({ values }) => {
    const total = new Array(length).fill(null);
    for (const [time, text] of values) {
      const at = Math.round((time - start) / step);
      if (at >= 0 && at < length) total[at] = sample(text);
    }
    const row = total.map((value, at) => {
      if (value === null) return null;
      // Two scrapes may catch the buckets of one request apart; a count is never negative.
      const own = Math.max(0, value - below[at]);
      most = Math.max(most, own);
      return own;
    });
    below = total.map((value, at) => value ?? below[at]);
    return row;
  });
  return { bounds: ordered.map(({ le }) => le), times, counts, most };
}

/** How dark a count is, 0 to 1; an exponent below 1 lifts the small ones. */
export function intensity(count, most, exponent = 0.5) {
  return most > 0 ? (count / most) ** exponent : 0;
}
