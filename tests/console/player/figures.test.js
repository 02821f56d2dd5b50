import assert from "node:assert/strict";
import { test } from "node:test";

import { isEmpty, reading } from "../../../src/opsconductor/console/static/player/panels/single_value.js";

test("what never ends is a figure, and NaN is none", () => {
  assert.deepEqual(["1.5", "+Inf", "-Inf", "NaN"].map(reading), [1.5, Infinity, -Infinity, null]);
});

test("a panel of several figures is empty only where none of them has one", () => {
  const frame = (...values) => ({
    frames: [{ target: { legendFormat: "{{slo}}" }, vector: values.map((value) => ({ metric: {}, value: [1, value] })) }],
  });
  assert.equal(isEmpty(frame("NaN", "NaN")), true);
  assert.equal(isEmpty(frame("NaN", "0")), false);
  assert.equal(isEmpty(frame()), true);
});
