// Time ranges as the address bar and the dashboard write them: "now-30m", or absolute milliseconds.

import { parseDuration } from "./durations.js";

export const QUICK_RANGES = [
  ["now-5m", "Last 5 minutes"],
  ["now-15m", "Last 15 minutes"],
  ["now-30m", "Last 30 minutes"],
  ["now-1h", "Last hour"],
  ["now-3h", "Last 3 hours"],
  ["now-6h", "Last 6 hours"],
  ["now-12h", "Last 12 hours"],
  ["now-24h", "Last 24 hours"],
  ["now-2d", "Last 2 days"],
  ["now-7d", "Last 7 days"],
  ["now-15d", "Last 15 days"],
];
const SHORTEST_MS = 1000;

/** A point in time in milliseconds; null where the text names none. */
export function parsePoint(text, now) {
  const value = String(text).trim();
  if (value === "now") return now;
  const relative = /^now-(.+)$/.exec(value);
  if (relative) {
    const seconds = parseDuration(relative[1]);
    return seconds === null ? null : now - seconds * 1000;
  }
  if (/^\d{10,16}$/.test(value)) return Number(value);
  const parsed = value === "" ? Number.NaN : Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed;
}

/** The range in milliseconds; null where an end is unreadable or it does not run forwards. */
export function resolve(range, now) {
  const from = parsePoint(range.from, now);
  const to = parsePoint(range.to, now);
  if (from === null || to === null || to - from < SHORTEST_MS) return null;
  return { from, to };
}

/** Whether the range moves with the clock. */
export function isLive(range) {
  return String(range.to).startsWith("now");
}

/** What the range is called. */
export function label(range) {
  if (range.to === "now") {
    const quick = QUICK_RANGES.find(([from]) => from === range.from);
    if (quick) return quick[1];
    if (String(range.from).startsWith("now-")) return `Last ${range.from.slice(4)}`;
  }
  const now = Date.now();
  const found = resolve(range, now);
  if (!found) return "Choose a time range";
  return `${clock(found.from, true)} – ${clock(found.to, !sameDay(found.from, found.to))}`;
}

function sameDay(first, second) {
  return new Date(first).toDateString() === new Date(second).toDateString();
}

const two = (number) => String(number).padStart(2, "0");

/** Local clock time, with the date where asked for. */
export function clock(ms, withDate = false, withSeconds = true) {
  const at = new Date(ms);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}${withSeconds ? `:${two(at.getSeconds())}` : ""}`;
  if (!withDate) return time;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** What an <input type="datetime-local"> wants. */
export function inputValue(ms) {
  return clock(ms, true).replace(" ", "T");
}

/** The range moved by a share of its length, as absolute ends. */
export function shifted(range, share, now) {
  const found = resolve(range, now);
  if (!found) return range;
  const by = (found.to - found.from) * share;
  return { from: String(Math.round(found.from + by)), to: String(Math.round(found.to + by)) };
}

/** Twice the range about its middle; a live one stays live. */
export function zoomedOut(range, now) {
  const found = resolve(range, now);
  if (!found) return range;
  const length = found.to - found.from;
  if (range.to === "now") return { from: `now-${Math.round((2 * length) / 1000)}s`, to: "now" };
  const to = Math.min(now, found.to + length / 2);
  return { from: String(Math.round(to - 2 * length)), to: String(Math.round(to)) };
}

/** Labels for a time axis, as precise as its marks are close; a day's first mark is its date. */
export function axisLabels(seconds, increment) {
  let day = "";
  return seconds.map((second) => {
    const at = new Date(second * 1000);
    const date = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    if (increment >= 86400) return date;
    const time = clock(second * 1000, false, increment < 60);
    const isNewDay = day !== "" && day !== date;
    day = date;
    return isNewDay ? date : time;
  });
}
