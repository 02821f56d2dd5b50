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
  const below = (low ?? 0) * (low < 0 ? HEADROOM : 1);
  const bottom = config.min ?? Math.min(below, custom.axisSoftMin ?? below);
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

const SMALL_STEPS = [-6, -5, -4, -3, -2, -1].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 432000, 864000, 2592000];

/** The steps between the marks of an axis in this unit; undefined for decimal ones. */
export function stepsOf(unit) {
  return unit === "s" ? [...SMALL_STEPS, ...CLOCK_STEPS] : undefined;
}

/** From the power of ten below `low` to a little above `high`, both positive. */
export function decades(low, high) {
  const bottom = 10 ** Math.floor(Math.log10(low) + 1e-9);
  return [bottom, Math.max(high * LOG_HEADROOM, bottom * 10)];
}
