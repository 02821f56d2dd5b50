import assert from "node:assert/strict";
import { test } from "node:test";

import { metricNames } from "../../../src/opsconductor/console/static/player/metric_names.js";

const cases = [
  ["up", ["up"]],
  ['sum by (service, le) (rate(ai_request_duration_seconds_bucket{tool=~".*"}[5m]))', ["ai_request_duration_seconds_bucket"]],
  ["sum(rate(a_total[1m])) by (job) / on (job) group_left () (1 - slo:objective:ratio)", ["a_total", "slo:objective:ratio"]],
  ['up{job="x}y"} or absent(up{job="x"}) - 1', ["up"]],
  ['label_replace(a_total, "group", "$1", "rule_group", ".*;(.*)")', ["a_total"]],
  ["topk(10, a > 0) unless b offset 5m", ["a", "b"]],
  ["1e-9 * clamp_max(a / 2, 1) + Inf", ["a"]],
  ["sum (a) without (instance) and b >= bool 2.5e3", ["a", "b"]],
  ["vector(1)", []],
  ["time() - max(timestamp(up))", ["up"]],
];

test("the names that an expression reads are its metrics, not functions, labels, words or texts", () => {
  for (const [expression, names] of cases) assert.deepEqual(metricNames(expression), names, expression);
});
