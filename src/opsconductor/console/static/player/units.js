// Values as a person reads them, by Grafana's unit ids.

const SI = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "K"]];
const BINARY = [[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]];
const DURATIONS = [[86400, "d"], [3600, "h"], [60, "min"]];
const RATES = { reqps: "req/s", ops: "ops/s", cps: "c/s", rps: "r/s", wps: "w/s", iops: "io/s" };

/** At most `digits` significant ones for small numbers, no trailing zeros. */
function plain(value, decimals, digits = 3) {
  if (decimals !== undefined && decimals !== null) return value.toFixed(decimals);
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  const wanted = size < -1 ? digits - 1 : digits;
  const places = Math.min(6, Math.max(0, wanted - 1 - size));
  return String(Number(value.toFixed(places)));
}

function scaled(value, decimals, steps, rest = "") {
  const step = steps.find(([size]) => Math.abs(value) >= size);
  return step ? `${plain(value / step[0], decimals)} ${step[1]}` : `${plain(value, decimals)}${rest}`;
}

function seconds(value, decimals) {
  const size = Math.abs(value);
  if (value === 0) return "0 s";
  if (size < 0.001) return `${plain(value * 1e6, decimals)} µs`;
  if (size < 1) return `${plain(value * 1000, decimals)} ms`;
  if (size < 60) return `${plain(value, decimals)} s`;
  return scaled(value, decimals, DURATIONS);
}

const FORMATTERS = {
  none: (value, decimals) => plain(value, decimals, 6),
  short: (value, decimals) => scaled(value, decimals, SI),
  percent: (value, decimals) => `${plain(value, decimals)}%`,
  percentunit: (value, decimals) => `${plain(value * 100, decimals)}%`,
  s: seconds,
  ms: (value, decimals) => seconds(value / 1000, decimals),
  bytes: (value, decimals) => scaled(value, decimals, BINARY, " B"),
  decbytes: (value, decimals) => scaled(value, decimals, SI.map(([n, u]) => [n, `${u}B`]), " B"),
  bool: (value) => (value ? "True" : "False"),
  string: (value) => String(value),
};

/** The value in its unit; a value that is none is a dash. */
export function format(value, unit = "short", decimals = undefined) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "number" && Number.isNaN(value)) return "–";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (unit.startsWith("suffix:")) return `${plain(value, decimals, 6)}${unit.slice(7)}`;
  if (unit.startsWith("prefix:")) return `${unit.slice(7)}${plain(value, decimals, 6)}`;
  if (unit in RATES) return `${scaled(value, decimals, SI)} ${RATES[unit]}`;
  return (FORMATTERS[unit] ?? FORMATTERS.short)(value, decimals);
}

/** The value split into number and unit, for big print. */
export function split(text) {
  const parts = /^([-+]?[\d.]+|–|[-+]Inf)\s*(.*)$/.exec(text);
  return parts ? { number: parts[1], unit: parts[2] } : { number: text, unit: "" };
}
