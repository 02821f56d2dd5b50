import assert from "node:assert/strict";
import { test } from "node:test";

import * as absence from "../../../src/opsconductor/console/static/player/absence.js";

const PANEL = { datasource: { type: "prometheus", uid: "p" }, targets: [{ expr: "sum(rate(a_total[1m]))" }] };

/** The sentences for a metric of which Prometheus says what `answer(query, time)` returns. */
async function said(answer, grid) {
  const asked = globalThis.fetch;
  globalThis.fetch = async (address) => {
    const { searchParams } = new URL(address, "http://console");
    const value = answer(searchParams.get("query"), Number(searchParams.get("time")));
    const result = value ? [{ metric: {}, value: [0, String(value)] }] : [];
    return Response.json({ status: "success", data: { resultType: "vector", result } });
  };
  try {
    return await absence.missing(PANEL, new Map(), grid);
  } finally {
    globalThis.fetch = asked;
  }
}

test("the step that now lies in is searched, and the second is looked for in the step that was found", async () => {
  const noon = Date.UTC(2026, 0, 2, 12) / 1000;
  const lately = { range: "15m", step: 15 };
  const answer = (query, time) => {
    if (query === absence.lastStep("a_total", lately) && time === noon + 45) return noon + 15;
    if (query === absence.lastSecond("a_total", lately) && time === noon + 15) return noon + 7;
    return 0;
  };
  const [sentence] = await said(answer, { from: noon + 26, to: noon + 31 });
  assert.equal(sentence, absence.sentence("a_total", noon + 7));
});

test("what is seldom is looked for further back, and what never was is said to be so", async () => {
  const noon = Date.UTC(2026, 0, 3, 12) / 1000;
  const week = { range: "7d", step: 300 };
  const answer = (query, time) => (query === absence.lastStep("a_total", week) && time === noon + 300 ? noon - 600 : 0);
  assert.deepEqual(await said(answer, { from: noon, to: noon + 31 }), [absence.sentence("a_total", noon - 600)]);
  const later = { from: noon + 100, to: noon + 131 };
  assert.deepEqual(await said(() => 0, later), [absence.sentence("a_total", 0)]);
});

test("nothing is said of a metric that was there within the range", async () => {
  const noon = Date.UTC(2026, 0, 4, 12) / 1000;
  assert.deepEqual(await said((query) => (query.startsWith("max(timestamp(") ? noon + 5 : 0), { from: noon, to: noon + 31 }), []);
});

test("what is gone is named, with when it was last seen", () => {
  const seen = new Date(2026, 0, 7, 9, 36, 5).getTime() / 1000;
  assert.equal(absence.sentence("a_total", seen), "a_total is not there; it was last seen at 2026-01-07 09:36:05.");
  assert.equal(absence.sentence("a_total", 0), "a_total is not there, and was not in the 7 days before.");
});
