// Time range, refresh and variables in the page's address, so that a link shows what one sees.

import { ALL } from "./templating.js";

/** What the address says, over what the dashboard says. */
export function read(dashboard, search) {
  const parameters = new URLSearchParams(search);
  return {
    parameters,
    range: {
      from: parameters.get("from") ?? dashboard.time?.from ?? "now-30m",
      to: parameters.get("to") ?? dashboard.time?.to ?? "now",
    },
    refresh: parameters.has("refresh") ? parameters.get("refresh") : (dashboard.refresh ?? ""),
  };
}

/** The query string for a state. */
export function write({ range, refresh, variables }) {
  const parameters = new URLSearchParams({ from: range.from, to: range.to, refresh });
  for (const { name, isChoice, values } of variables) {
    if (!isChoice) continue;
    for (const value of values) parameters.append(`var-${name}`, value === ALL ? "All" : value);
  }
  return `?${parameters}`;
}

/** The query string that leads to another dashboard: the same time, other variables. */
export function elsewhere({ range, refresh }) {
  return `?${new URLSearchParams({ from: range.from, to: range.to, refresh })}`;
}
