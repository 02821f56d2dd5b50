import assert from "node:assert/strict";
import { test } from "node:test";

import { ALL, interpolate, seriesName } from "../../../src/opsconductor/console/static/player/templating.js";
import { chosenText, forQueries, fromDashboard, toggled } from "../../../src/opsconductor/console/static/player/variables.js";

const tool = (...values) => ({ tool: { values, options: ["echo", "ping", "uptime"], all: ".*" } });

test("a variable is replaced in each of its spellings", () => {
  const variables = { window: "5m", ...tool("echo") };
  assert.equal(interpolate('rate(a{tool=~"$tool"}[$window])', variables), 'rate(a{tool=~"echo"}[5m])');
  assert.equal(interpolate("${window} [[window]]", variables), "5m 5m");
});

test("several values become an alternative, and all of them what the variable says", () => {
  assert.equal(interpolate("$tool", tool("echo", "ping")), "(echo|ping)");
  assert.equal(interpolate("$tool", tool(ALL)), ".*");
});

test("a value cannot break out of the expression that it stands in", () => {
  assert.equal(interpolate("$tool", tool("a.b|c")), "a\\\\.b\\\\|c");
});

test("an unknown variable stays, so that the query's error names it", () => {
  assert.equal(interpolate("rate(a[$__nothing])", {}), "rate(a[$__nothing])");
});

test("a format after the colon wins", () => {
  assert.equal(interpolate("${tool:csv}", tool("echo", "ping")), "echo,ping");
  assert.equal(interpolate("${q:percentencode}", { q: "a b" }), "a%20b");
});

test("a dotted name is one variable", () => {
  assert.equal(interpolate("/executions/${__value.raw}", { "__value.raw": "abc" }), "/executions/abc");
});

test("a legend takes the series' labels", () => {
  assert.equal(seriesName("{{status}} of {{ tool }}", { status: "error", tool: "echo" }), "error of echo");
  assert.equal(seriesName("", { __name__: "up", job: "a" }), 'up{job="a"}');
});

const DASHBOARD = {
  templating: {
    list: [
      { type: "query", name: "tool", multi: true, includeAll: true, allValue: ".*", current: { value: [ALL] } },
      { type: "constant", name: "console", query: "http://elsewhere" },
      { type: "datasource", name: "datasource", query: "prometheus", current: { value: "prometheus" } },
    ],
  },
};

test("the address decides over the dashboard's own choice", () => {
  const [chosen] = fromDashboard(DASHBOARD, new URLSearchParams("var-tool=echo&var-tool=ping"));
  assert.deepEqual(chosen.values, ["echo", "ping"]);
  assert.deepEqual(fromDashboard(DASHBOARD, new URLSearchParams("var-tool=All"))[0].values, [ALL]);
});

test("links to a console lead to this one", () => {
  const known = forQueries(fromDashboard(DASHBOARD, new URLSearchParams()));
  assert.equal(interpolate("${console}/executions/1", known, "raw"), "/executions/1");
  assert.equal(interpolate("${datasource}", known, "raw"), "prometheus");
});

test("nothing chosen, or everything, is All", () => {
  const options = ["a", "b"];
  assert.deepEqual(toggled([ALL], "a", options), ["a"]);
  assert.deepEqual(toggled(["a"], "b", options), [ALL]);
  assert.deepEqual(toggled(["a"], "a", options), [ALL]);
  assert.equal(chosenText({ values: ["a", "b", "c"] }), "a + 2 more");
});
