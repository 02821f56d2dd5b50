// A dashboard's variables: which values there are, which are chosen, and what queries get to see.

import { sourceOf } from "./panel_data.js";
import { labelValues } from "./sources/prometheus.js";
import { ALL, interpolate } from "./templating.js";

const HIDDEN = 2;
const LABEL_VALUES = /^label_values\((?:(.+),\s*)?([\w]+)\)$/;

/** The variables as the dashboard and the address bar have them; options come with `loadOptions`. */
export function fromDashboard(dashboard, parameters) {
  return (dashboard.templating?.list ?? []).map((definition) => {
    const given = parameters.getAll(`var-${definition.name}`);
    return {
      definition,
      name: definition.name,
      label: definition.label || definition.name,
      isChoice: definition.type === "query" && (definition.hide ?? 0) < HIDDEN,
      options: [],
      values: given.length ? given.map((value) => (value === "All" ? ALL : value)) : initial(definition),
    };
  });
}

function initial({ current, includeAll, type, query }) {
  if (type === "constant") return [String(query)];
  const values = [current?.value ?? []].flat().filter((value) => value !== "");
  return values.length ? values : includeAll ? [ALL] : [];
}

/** What interpolation is given. The console itself stands in for the address of a console. */
export function forQueries(variables) {
  const known = {};
  for (const { definition, name, values, options } of variables) {
    if (definition.name === "console") known[name] = "";
    else if (definition.multi || definition.includeAll) {
      known[name] = { values, options, all: definition.allValue || undefined };
    } else known[name] = values[0] ?? "";
  }
  return known;
}

/** Ask for the options of every variable that a person chooses. Throws SourceError. */
export async function loadOptions(variables, grid, signal) {
  await Promise.all(
    variables.filter(({ isChoice }) => isChoice).map(async (variable) => {
      const { definition } = variable;
      const written = typeof definition.query === "string" ? definition.query : definition.query.query;
      const [, selector, label] = LABEL_VALUES.exec(written) ?? [];
      if (!label) throw new Error(`the variable ${variable.name} is not a label_values() query`);
      const known = forQueries(variables);
      const { uid } = sourceOf(definition.datasource, known);
      variable.options = await labelValues(uid, label, selector && interpolate(selector, known), grid, signal);
    }),
  );
}

/** The chosen values after one is pressed; nothing chosen, or everything, is All. */
export function toggled(values, value, options) {
  if (value === ALL) return [ALL];
  const before = values.filter((one) => one !== ALL);
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  return after.length === 0 || after.length === options.length ? [ALL] : after;
}

/** What the button of a variable says. */
export function chosenText({ values }) {
  if (values.includes(ALL)) return "All";
  return values.length > 2 ? `${values[0]} + ${values.length - 1} more` : values.join(" + ");
}
