// Series of a range query on one common time axis, stacked where asked, and their figures.

/** A sample's text as a number; NaN and what is not finite is a gap. */
export function sample(text) {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/**
 * Every series on the grid from `start` to `end`: {times, rows}, times in seconds. A point that a
 * series does not have is null, so that the graph shows a gap.
 */
export function aligned(series, start, end, step) {
  const length = Math.max(0, Math.floor((end - start) / step + 1e-6)) + 1;
  const times = Array.from({ length }, (_, at) => start + at * step);
  const rows = series.map(({ values }) => {
    const row = new Array(length).fill(null);
    for (const [time, text] of values) {
      const at = Math.round((time - start) / step);
      if (at >= 0 && at < length) row[at] = sample(text);
    }
    return row;
  });
  return { times, rows };
}

/**
 * Rows on top of one another. Each has {group, hidden, values}; the answer keeps their order and
 * adds the bands [upper, lower] (indices of rows) between which to fill. A row without a point adds
 * nothing to those that have one: its outline follows the one below, so that no band loses its floor.
 */
export function stacked(rows) {
  const there = new Map();
  for (const { group, hidden, values } of rows) {
    if (!group || hidden) continue;
    const present = there.get(group) ?? new Array(values.length).fill(false);
    there.set(group, present.map((known, at) => known || values[at] !== null));
  }
  const sums = new Map();
  const last = new Map();
  const bands = [];
  const values = rows.map((row, at) => {
    if (!row.group || row.hidden) return row.values;
    const below = sums.get(row.group) ?? new Array(row.values.length).fill(0);
    const outline = row.values.map((value, index) => {
      below[index] += value ?? 0;
      return there.get(row.group)[index] ? below[index] : null;
    });
    sums.set(row.group, below);
    if (last.has(row.group)) bands.push([at, last.get(row.group)]);
    last.set(row.group, at);
    return outline;
  });
  return { values, bands };
}

const CALCULATIONS = {
  lastNotNull: (values) => values.at(-1),
  last: (values) => values.at(-1),
  firstNotNull: (values) => values[0],
  max: (values) => values.reduce((most, value) => Math.max(most, value), -Infinity),
  min: (values) => values.reduce((least, value) => Math.min(least, value), Infinity),
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  count: (values) => values.length,
};

/** A figure of a row by Grafana's name for it; null for a row of gaps. */
export function calculate(name, row) {
  const values = row.filter((value) => value !== null);
  return values.length ? (CALCULATIONS[name] ?? CALCULATIONS.lastNotNull)(values) : null;
}

/**
 * A cached answer brought up to date with the tail of a newer one: samples from `tailStart` on come
 * from the tail, older ones from the cache, and what lies before `start` goes.
 */
export function mergeTail(cached, tail, start, tailStart) {
  const key = ({ metric }) => JSON.stringify(Object.entries(metric).sort());
  const merged = new Map();
  for (const series of cached) {
    const kept = series.values.filter(([time]) => time >= start && time < tailStart);
    merged.set(key(series), { metric: series.metric, values: kept });
  }
  for (const series of tail) {
    const before = merged.get(key(series))?.values ?? [];
    merged.set(key(series), { metric: series.metric, values: [...before, ...series.values] });
  }
  return [...merged.values()].filter(({ values }) => values.length);
}
