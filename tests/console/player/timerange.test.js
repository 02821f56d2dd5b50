import assert from "node:assert/strict";
import { test } from "node:test";

import * as timerange from "../../../src/opsconductor/console/static/player/timerange.js";

const { axisLabels, inputValue, isLive, label, parsePoint, resolve, shifted, zoomedOut } = timerange;

const NOW = Date.UTC(2026, 0, 2, 12);

test("a relative range ends now", () => {
  assert.deepEqual(resolve({ from: "now-30m", to: "now" }, NOW), { from: NOW - 1800000, to: NOW });
});

test("absolute ends are milliseconds or a date", () => {
  assert.equal(parsePoint("1767355200000", NOW), 1767355200000);
  assert.equal(parsePoint("2026-01-02T12:00:00Z", NOW), NOW);
});

test("a range that is unreadable or runs backwards is null", () => {
  for (const range of [
    { from: "yesterday", to: "now" },
    { from: "now", to: "now-5m" },
    { from: "now", to: "now" },
    { from: "", to: "now" },
  ]) assert.equal(resolve(range, NOW), null);
});

test("only a range that ends now is live", () => {
  assert.ok(isLive({ from: "now-5m", to: "now" }));
  assert.ok(!isLive({ from: "1", to: "1767355200000" }));
});

test("a quick range has its name, any other relative one its length", () => {
  assert.equal(label({ from: "now-30m", to: "now" }), "Last 30 minutes");
  assert.equal(label({ from: "now-90m", to: "now" }), "Last 90m");
});

test("a shift moves both ends by a share of the length", () => {
  const moved = shifted({ from: "now-1h", to: "now" }, -0.5, NOW);
  assert.deepEqual(moved, { from: String(NOW - 5400000), to: String(NOW - 1800000) });
});

test("zooming out doubles the length; a live range stays live", () => {
  assert.deepEqual(zoomedOut({ from: "now-1h", to: "now" }, NOW), { from: "now-7200s", to: "now" });
  const wide = zoomedOut({ from: String(NOW - 7200000), to: String(NOW - 3600000) }, NOW);
  assert.equal(Number(wide.to) - Number(wide.from), 7200000);
});

test("zooming out never reaches into the future", () => {
  const wide = zoomedOut({ from: String(NOW - 3600000), to: String(NOW - 1000) }, NOW);
  assert.ok(Number(wide.to) <= NOW);
});

test("an input's value reads back as the same second", () => {
  assert.equal(parsePoint(inputValue(NOW), 0), NOW);
});

test("the first mark of a new day is labelled with its date", () => {
  const midnight = new Date(2026, 0, 2).getTime() / 1000;
  assert.deepEqual(axisLabels([midnight - 300, midnight, midnight + 300], 300), ["23:55", "01-02", "00:05"]);
});

test("axis labels show seconds only where marks are closer than a minute", () => {
  const second = NOW / 1000;
  assert.match(axisLabels([second], 15)[0], /^\d\d:\d\d:\d\d$/);
  assert.match(axisLabels([second], 300)[0], /^\d\d:\d\d$/);
  assert.match(axisLabels([second], 86400)[0], /^\d\d-\d\d$/);
});
