import assert from "node:assert/strict";
import { test } from "node:test";

import { format, split } from "../../../src/opsconductor/console/static/player/units.js";

const cases = [
  [0, "reqps", "0 req/s"],
  [1.2345, "reqps", "1.23 req/s"],
  [1500, "reqps", "1.5 K req/s"],
  [0.05, "percentunit", "5%"],
  [0.00885, "percentunit", "0.885%"],
  [0, "s", "0 s"],
  [0.0000005, "s", "0.5 µs"],
  [0.0042, "s", "4.2 ms"],
  [2.5, "s", "2.5 s"],
  [90, "s", "1.5 min"],
  [600, "suffix:s", "600s"],
  [1536, "bytes", "1.5 KiB"],
  [142, "none", "142"],
  [1000, "none", "1000"],
  [1234567, "short", "1.23 M"],
  [0, "short", "0"],
  [-2500, "short", "-2.5 K"],
  ["abc", "string", "abc"],
];

for (const [value, unit, text] of cases) {
  test(`${value} in ${unit} reads ${text}`, () => assert.equal(format(value, unit), text));
}

test("what is not a number is a dash, and the infinite says so", () => {
  assert.equal(format(null, "s"), "–");
  assert.equal(format(Number.NaN, "s"), "–");
  assert.equal(format(Infinity, "s"), "+Inf");
});

test("decimals of the panel win", () => {
  assert.equal(format(0.8123, "percentunit", 0), "81%");
});

test("big print has number and unit apart", () => {
  assert.deepEqual(split("81%"), { number: "81", unit: "%" });
  assert.deepEqual(split("4.2 ms"), { number: "4.2", unit: "ms" });
  assert.deepEqual(split("running"), { number: "running", unit: "" });
});
