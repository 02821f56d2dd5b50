import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { documentElement: {} };
globalThis.getComputedStyle = () => ({ getPropertyValue: (name) => name });

const { placeOf, seriesColours } = await import("../../../src/opsconductor/console/static/player/palette.js");

const VIOLETS = ["--series-4", "--series-8", "--series-11", "--series-19"];
const OBJECTIVES = ["execution-latency", "execution-success", "pipeline-success", "selector-availability", "selector-latency"];
const coloured = (names) => seriesColours(names.map((name) => ({ name, config: {} })));

test("a few series differ in hue, not in shade only", () => {
  const byName = OBJECTIVES.map((name) => `--series-${placeOf(name) + 1}`);
  assert.equal(byName.filter((one) => VIOLETS.includes(one)).length, 3);
  const shown = coloured(OBJECTIVES);
  assert.equal(new Set(shown).size, OBJECTIVES.length);
  assert.equal(shown.filter((one) => VIOLETS.includes(one)).length, 1);
});

test("a series has its colour whatever the order that the answer has", () => {
  const colours = new Map(OBJECTIVES.map((name, at) => [name, coloured(OBJECTIVES)[at]]));
  const turned = [...OBJECTIVES].reverse();
  assert.deepEqual(coloured(turned), turned.map((name) => colours.get(name)));
});

test("a line and its dashed twin have one colour", () => {
  const [one, twin] = coloured(["burn", "burn"]);
  assert.equal(one, twin);
});

test("twenty series have a colour each, and the twenty-first still has one", () => {
  const names = Array.from({ length: 21 }, (_, at) => `tool ${at}`);
  assert.equal(new Set(coloured(names.slice(0, 20))).size, 20);
  assert.ok(coloured(names)[20]);
});

test("a colour that the board fixes is kept, and takes none away", () => {
  const fixed = { color: { mode: "fixed", fixedColor: "red" } };
  const [red, named] = seriesColours([{ name: "errors", config: fixed }, { name: "errors", config: {} }]);
  assert.equal(red, "--hue-red");
  assert.equal(named, coloured(["errors"])[0]);
});
