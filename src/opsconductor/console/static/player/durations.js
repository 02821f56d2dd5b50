// Durations as PromQL and Grafana write them, and the steps that a time range is cut into.

const UNIT_SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800, M: 2592000, y: 31536000 };

// Steps that fall on round clock times, in seconds.
const ROUND_STEPS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200,
  86400, 172800, 604800,
];

/** "1h30m" or "250ms" in seconds; null where it is no duration. */
export function parseDuration(text) {
  const parts = [...String(text).matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwMy])/g)];
  if (!parts.length || parts.map((part) => part[0]).join("") !== String(text)) return null;
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNIT_SECONDS[unit], 0);
}

/** Seconds as a PromQL duration, in the largest unit that is exact. */
export function formatDuration(seconds) {
  if (seconds < 1 || !Number.isInteger(seconds)) return `${Math.max(1, Math.round(seconds * 1000))}ms`;
  for (const unit of ["d", "h", "m"]) {
    if (seconds % UNIT_SECONDS[unit] === 0) return `${seconds / UNIT_SECONDS[unit]}${unit}`;
  }
  return `${seconds}s`;
}

/** The round step that cuts `range` seconds into at most `points`, not finer than `least`. */
export function stepFor(range, points, least) {
  const raw = Math.max(range / Math.max(1, points), least, 1);
  return ROUND_STEPS.find((step) => step >= raw) ?? Math.ceil(raw / 604800) * 604800;
}

/** Grafana's $__rate_interval: at least four scrapes, and never shorter than a step and a scrape. */
export function rateInterval(step, scrapeInterval) {
  return Math.max(step + scrapeInterval, 4 * scrapeInterval);
}
