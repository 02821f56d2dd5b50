// Annotations from Prometheus: the stretches of time in which a series existed.

import { sourceOf } from "./panel_data.js";
import { queryRange } from "./sources/prometheus.js";
import { interpolate, seriesName } from "./templating.js";

const COLOUR_OF = { critical: "red", warning: "orange", info: "blue" };
// A point may be missing at the edge of an evaluation; two in a row end the stretch.
const BRIDGED_STEPS = 2;

/** Stretches {start, end, ongoing} of a series' samples on the grid. */
export function stretches(values, step, gridEnd) {
  const found = [];
  for (const [time] of values) {
    const last = found.at(-1);
    if (last && time - last.end <= BRIDGED_STEPS * step) last.end = time;
    else found.push({ start: time, end: time });
  }
  return found.map((stretch) => ({ ...stretch, ongoing: gridEnd - stretch.end < BRIDGED_STEPS * step }));
}

/** Every firing alert in the range: {start, end, ongoing, title, text, colour}, oldest first. */
export async function loadAlerts(dashboard, grid, variables, signal) {
  const queries = (dashboard.annotations?.list ?? []).filter(({ enable, expr }) => enable && expr);
  const answers = await Promise.all(queries.map((query) => oneQuery(query, grid, variables, signal)));
  return answers.flat().sort((a, b) => a.start - b.start);
}

async function oneQuery(query, grid, variables, signal) {
  const { uid } = sourceOf(query.datasource, variables);
  const series = await queryRange(uid, interpolate(query.expr, variables), grid, signal);
  return series.flatMap(({ metric, values }) =>
    stretches(values, grid.step, grid.end).map((stretch) => ({
      ...stretch,
      title: seriesName(query.titleFormat, metric) || query.name,
      text: seriesName(query.textFormat || " ", metric),
      colour: COLOUR_OF[metric.severity] ?? query.iconColor,
    })),
  );
}
