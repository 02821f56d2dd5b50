import assert from "node:assert/strict";
import { test } from "node:test";

import { fieldConfig, mapped } from "../../../src/opsconductor/console/static/player/fields.js";
import { runs } from "../../../src/opsconductor/console/static/player/panels/text.js";
import * as tables from "../../../src/opsconductor/console/static/player/transformations.js";

const { reordered, streamFrame, transform, vectorFrame } = tables;

const names = (frame) => frame.map(({ name }) => name);
const line = (fields) => JSON.stringify(fields);

test("fields of a JSON line become columns, renamed and in order", () => {
  const frame = streamFrame([
    { stream: { tool: "echo" }, values: [["1000000000000000000", line({ status: "success", tool: "echo", trace_id: "a" })]] },
    { stream: { tool: "ping" }, values: [["2000000000000000000", line({ status: "error", tool: "ping", trace_id: "b" })]] },
  ]);
  const made = transform([frame], [
    {
      id: "extractFields",
      options: {
        source: "Line", format: "json", replace: true, keepTime: true,
        jsonPaths: [{ path: "status" }, { path: "trace_id" }, { path: "trace_id", alias: "logs" }],
      },
    },
    { id: "organize", options: { indexByName: { status: 0, trace_id: 1, logs: 2, Time: 3 }, renameByName: { status: "Status" } } },
  ]);
  assert.deepEqual(names(made), ["Status", "trace_id", "logs", "Time"]);
  assert.deepEqual(made[0].values, ["error", "success"]);
  assert.deepEqual(made[3].values, [2000000000000, 1000000000000]);
});

test("a line that is not JSON leaves its cells empty", () => {
  const frame = streamFrame([{ stream: {}, values: [["1000000000000000000", "not json"]] }]);
  const made = transform([frame], [{ id: "extractFields", options: { source: "Line", jsonPaths: [{ path: "a.b" }], replace: true } }]);
  assert.deepEqual(made, [{ name: "a.b", values: [null] }]);
});

test("labels of an instant query become columns, excluded ones go", () => {
  const frame = vectorFrame([{ metric: { version: "3.0.0", git_commit: "abc" }, value: [1, "1"] }]);
  const made = transform([frame], [{ id: "organize", options: { excludeByName: { Time: true, Value: true }, indexByName: { version: 0, git_commit: 1 } } }]);
  assert.deepEqual(made.map(({ name, values }) => [name, values[0]]), [["version", "3.0.0"], ["git_commit", "abc"]]);
});

test("the values of several queries meet in one row for the same labels", () => {
  const sample = (slo, value) => ({ metric: { slo }, value: [1, value] });
  const objective = vectorFrame([sample("a", "0.99"), sample("b", "0.95")], "Value #A");
  const left = vectorFrame([sample("b", "0.5")], "Value #B");
  const made = transform([objective, left], [{ id: "merge", options: {} }]);
  const column = (name) => made.find((field) => field.name === name).values;
  assert.deepEqual(names(made), ["Time", "slo", "Value #A", "Value #B"]);
  assert.deepEqual(column("slo"), ["a", "b"]);
  assert.deepEqual(column("Value #A"), [0.99, 0.95]);
  assert.deepEqual(column("Value #B"), [null, 0.5]);
  assert.equal(made[0].type, "time");
});

test("a query without an answer leaves its column empty", () => {
  const made = tables.merge([vectorFrame([{ metric: { slo: "a" }, value: [1, "2"] }], "Value #A"), vectorFrame([], "Value #B")]);
  assert.deepEqual(made.map(({ values }) => values), [[1000], ["a"], [2], [null]]);
});

test("an unknown transformation is an error that names it", () => {
  assert.throws(() => transform([], [{ id: "joinByMagic" }]), /joinByMagic/);
  assert.deepEqual(transform([], [{ id: "joinByMagic", disabled: true }]), []);
});

test("rows follow the order of one column", () => {
  const frame = [{ name: "n", values: [2, 10, 1] }, { name: "t", values: ["b", "c", "a"] }];
  assert.deepEqual(reordered(frame, frame[0], false)[1].values, ["a", "b", "c"]);
  assert.deepEqual(reordered(frame, frame[0], true)[1].values, ["c", "b", "a"]);
});

const panel = {
  fieldConfig: {
    defaults: { unit: "s", custom: { fillOpacity: 8 } },
    overrides: [
      { matcher: { id: "byName", options: "P99" }, properties: [{ id: "color", value: { fixedColor: "red" } }] },
      { matcher: { id: "byFrameRefID", options: "B" }, properties: [{ id: "custom.fillOpacity", value: 60 }, { id: "unit", value: "reqps" }] },
      { matcher: { id: "byRegexp", options: "/^x/" }, properties: [{ id: "unit", value: "none" }] },
    ],
  },
};

test("overrides win over defaults where their matcher fits", () => {
  assert.deepEqual(fieldConfig(panel, "P99").color, { fixedColor: "red" });
  assert.equal(fieldConfig(panel, "P99").unit, "s");
  assert.equal(fieldConfig(panel, "any", "B").custom.fillOpacity, 60);
  assert.equal(fieldConfig(panel, "xyz").unit, "none");
  assert.equal(fieldConfig(panel, "any").custom.fillOpacity, 8);
});

test("the first fitting mapping by index gives text and colour", () => {
  const mappings = [
    { type: "regex", options: { pattern: "/.+/", result: { text: "✗", color: "red", index: 2 } } },
    { type: "regex", options: { pattern: "/^success$/", result: { text: "✓", color: "green", index: 0 } } },
    { type: "value", options: { running: { text: "…", index: 1 } } },
  ];
  assert.equal(mapped("success", mappings).text, "✓");
  assert.equal(mapped("running", mappings).text, "…");
  assert.equal(mapped("failed", mappings).text, "✗");
  assert.equal(mapped("", mappings), null);
});

test("a note has bold, code and safe links only", () => {
  assert.deepEqual(runs("a **b** `c` [d](/e)").map(({ kind, text }) => [kind, text]), [
    ["text", "a "], ["bold", "b"], ["text", " "], ["code", "c"], ["text", " "], ["link", "d"],
  ]);
  assert.deepEqual(runs("[x](javascript:alert(1))").map(({ kind }) => kind).includes("link"), false);
});
