import assert from "node:assert/strict";
import { test } from "node:test";

import { stretches } from "../../../src/opsconductor/console/static/player/alerts.js";
import { cells, intensity } from "../../../src/opsconductor/console/static/player/buckets.js";
import { linearRange, stepsOf } from "../../../src/opsconductor/console/static/player/scales.js";
import * as series from "../../../src/opsconductor/console/static/player/series.js";
import { colourAt, drawnSteps } from "../../../src/opsconductor/console/static/player/thresholds.js";

const { aligned, calculate, mergeTail, stacked } = series;

test("series of different length share one time axis, with gaps where a point is missing", () => {
  const { times, rows } = aligned([{ values: [[0, "1"], [20, "3"]] }, { values: [[10, "NaN"]] }], 0, 20, 10);
  assert.deepEqual(times, [0, 10, 20]);
  assert.deepEqual(rows, [[1, null, 3], [null, null, null]]);
});

test("a true zero is zero and no gap", () => {
  assert.deepEqual(aligned([{ values: [[0, "0"]] }], 0, 0, 10).rows, [[0]]);
});

test("stacked rows lie on one another, hidden ones do not count", () => {
  const rows = [
    { group: "A", values: [1, 2] },
    { group: "A", values: [9, 9], hidden: true },
    { group: "A", values: [3, null] },
    { group: "", values: [7, 7] },
  ];
  const { values, bands } = stacked(rows);
  assert.deepEqual(values, [[1, 2], [9, 9], [4, 2], [7, 7]]);
  assert.deepEqual(bands, [[2, 0]]);
});

test("a row without a point adds nothing, and where all are without one there is a gap", () => {
  const rows = [
    { group: "A", values: [null, 1, null] },
    { group: "A", values: [3, 4, null] },
    { group: "B", values: [null, null, 5] },
  ];
  assert.deepEqual(stacked(rows).values, [[0, 1, null], [3, 5, null], [null, null, 5]]);
});

test("figures of a row leave gaps out", () => {
  assert.equal(calculate("lastNotNull", [1, 2, null]), 2);
  assert.equal(calculate("max", [1, 5, null]), 5);
  assert.equal(calculate("mean", [1, 3]), 2);
  assert.equal(calculate("max", [null]), null);
});

test("a tail replaces what overlaps, and what left the range goes", () => {
  const cached = [{ metric: { a: "1" }, values: [[0, "1"], [10, "2"], [20, "3"]] }];
  const tail = [{ metric: { a: "1" }, values: [[20, "4"], [30, "5"]] }, { metric: { a: "2" }, values: [[30, "6"]] }];
  assert.deepEqual(mergeTail(cached, tail, 10, 20), [
    { metric: { a: "1" }, values: [[10, "2"], [20, "4"], [30, "5"]] },
    { metric: { a: "2" }, values: [[30, "6"]] },
  ]);
});

test("a series that ended is kept until its points have left the range", () => {
  const cached = [{ metric: {}, values: [[0, "1"]] }];
  assert.equal(mergeTail(cached, [], 0, 10).length, 1);
  assert.equal(mergeTail(cached, [], 5, 10).length, 0);
});

test("cumulative buckets become counts of their own, ordered by bound", () => {
  const bucket = (le, ...values) => ({ metric: { le }, values: values.map((value, at) => [at * 10, String(value)]) });
  const heat = cells([bucket("+Inf", 5, 4), bucket("0.1", 2, 4), bucket("1.0", 5, 4)], 0, 10, 10);
  assert.deepEqual(heat.bounds, [0.1, 1, Infinity]);
  assert.deepEqual(heat.counts, [[2, 4], [3, 0], [0, 0]]);
  assert.equal(heat.most, 4);
});

test("a count is never negative, also when buckets were scraped apart", () => {
  const heat = cells([{ metric: { le: "1" }, values: [[0, "3"]] }, { metric: { le: "2" }, values: [[0, "2.9"]] }], 0, 0, 10);
  assert.deepEqual(heat.counts, [[3], [0]]);
});

test("the most frequent cell is the darkest", () => {
  assert.equal(intensity(4, 4), 1);
  assert.equal(intensity(1, 4), 0.5);
  assert.equal(intensity(0, 0), 0);
});

test("a value takes the colour of the last step that it has reached", () => {
  const thresholds = { mode: "absolute", steps: [{ value: null, color: "green" }, { value: 0.05, color: "red" }] };
  assert.equal(colourAt(0, thresholds), "green");
  assert.equal(colourAt(0.05, thresholds), "red");
});

test("a graph draws the steps that have a value, in the style of the panel", () => {
  const config = {
    thresholds: { steps: [{ value: null, color: "green" }, { value: 1, color: "orange" }, { value: 5, color: "red" }] },
    custom: { thresholdsStyle: { mode: "dashed" } },
  };
  assert.deepEqual(drawnSteps(config).map(({ value, until, dashed }) => [value, until, dashed]), [[1, 5, true], [5, Infinity, true]]);
  assert.deepEqual(drawnSteps({ ...config, custom: {} }), []);
});

test("an axis over nothing but zeros still shows its soft end", () => {
  assert.deepEqual(linearRange({ min: 0, custom: { axisSoftMax: 0.1 } }, 0, 0), [0, 0.1]);
  assert.deepEqual(linearRange({ min: 0, custom: {} }, null, null), [0, 1]);
});

test("an axis makes room above the data", () => {
  const [low, high] = linearRange({ min: 0, custom: {} }, 2, 10);
  assert.equal(low, 0);
  assert.ok(high > 10);
});

test("an axis of seconds has marks at whole minutes, hours and days", () => {
  const steps = stepsOf("s");
  for (const mark of [0.001, 30, 60, 3600, 86400]) assert.ok(steps.includes(mark), String(mark));
  assert.ok(!steps.includes(50) && !steps.includes(100));
  assert.deepEqual(steps, [...steps].sort((a, b) => a - b));
  assert.equal(stepsOf("percentunit"), undefined);
});

test("a line below zero keeps clear of the lower edge", () => {
  const [low] = linearRange({ custom: { axisSoftMin: 0 } }, -0.5, 1);
  assert.ok(low < -0.5);
  assert.deepEqual(linearRange({ custom: { axisSoftMin: 0, axisSoftMax: 1 } }, 0.2, 0.5), [0, 1]);
});

test("an alert that pauses is two stretches, one that lasts to the end is ongoing", () => {
  const at = (...times) => times.map((time) => [time, "1"]);
  const found = stretches(at(0, 10, 20, 100, 110), 10, 120);
  assert.deepEqual(found, [
    { start: 0, end: 20, ongoing: false },
    { start: 100, end: 110, ongoing: true },
  ]);
});
