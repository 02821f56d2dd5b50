// The range of a value axis, from the data and what the panel's configuration asks for.

const DEFAULT_TOP = 1;
const HEADROOM = 1.08;
const LOG_HEADROOM = 1.25;

/** {distr, range} of a uPlot scale for series of this configuration. */
export function valueScale(config) {
  const { custom = {} } = config;
  if (custom.scaleDistribution?.type === "log") return { distr: 3, log: 10, range: logRange(custom) };
  return { distr: 1, range: (_, low, high) => linearRange(config, low, high) };
}

/** A range that holds the data, the soft ends and the hard ends. */
export function linearRange(config, low, high) {
  const { custom = {} } = config;
  const bottom = config.min ?? Math.min(low ?? 0, custom.axisSoftMin ?? low ?? 0);
  const above = high === null || high === undefined ? null : high * (high > 0 ? HEADROOM : 1);
  const wanted = Math.max(above ?? -Infinity, custom.axisSoftMax ?? -Infinity);
  let top = config.max ?? wanted;
  if (!Number.isFinite(top) || top <= bottom) top = bottom + (custom.axisSoftMax || DEFAULT_TOP);
  return [bottom, top];
}

function logRange(custom) {
  return (_, low, high) => {
    const least = Math.min(low > 0 ? low : Infinity, custom.axisSoftMin ?? Infinity);
    const most = Math.max(high > 0 ? high : 0, custom.axisSoftMax ?? 0);
    if (!Number.isFinite(least) || most <= 0) return [0.001, 1];
    return decades(least, most);
  };
}

/** From the power of ten below `low` to a little above `high`, both positive. */
export function decades(low, high) {
  const bottom = 10 ** Math.floor(Math.log10(low) + 1e-9);
  return [bottom, Math.max(high * LOG_HEADROOM, bottom * 10)];
}
