import assert from "node:assert/strict";
import { test } from "node:test";

import * as durations from "../../../src/opsconductor/console/static/player/durations.js";

const { formatDuration, parseDuration, rateInterval, stepFor } = durations;

test("a duration is read in seconds, whatever its units", () => {
  assert.equal(parseDuration("30m"), 1800);
  assert.equal(parseDuration("1h30m"), 5400);
  assert.equal(parseDuration("250ms"), 0.25);
  assert.equal(parseDuration("15d"), 1296000);
});

test("what is no duration is null, not a guess", () => {
  for (const text of ["", "5", "m5", "5 minutes", "5m!"]) assert.equal(parseDuration(text), null, text);
});

test("a duration is written in the largest unit that is exact", () => {
  assert.equal(formatDuration(7200), "2h");
  assert.equal(formatDuration(5400), "90m");
  assert.equal(formatDuration(75), "75s");
  assert.equal(formatDuration(1.5), "1500ms");
});

test("a step is round and cuts the range into no more than the points", () => {
  assert.equal(stepFor(1800, 600, 15), 15);
  assert.equal(stepFor(21600, 600, 15), 60);
  assert.equal(stepFor(1296000, 600, 15), 3600);
  for (const points of [100, 640, 1200]) assert.ok(1296000 / stepFor(1296000, points, 15) <= points);
});

test("a step is never finer than a scrape, nor than a second", () => {
  assert.equal(stepFor(60, 1000, 10), 10);
  assert.equal(stepFor(60, 1000, 0.25), 1);
});

test("the rate interval covers four scrapes at least", () => {
  assert.equal(rateInterval(15, 15), 60);
  assert.equal(rateInterval(300, 15), 315);
});
