// A row: a heading that folds the panels below it away, and remembers that it did.

import { element, svg } from "../dom.js";

const isFolded = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off: rows open as the dashboard says
  }
};

const remember = (key, folded) => {
  try {
    localStorage.setItem(key, folded ? "folded" : "open");
  } catch {
    // Not kept: the choice holds until the next page.
  }
};

/** {root, grid}: the row's section, and the grid that its panels go into. `onOpen` after unfolding. */
export function row(panel, dashboardUid, onOpen) {
  const key = `opsconductor-row-${dashboardUid}-${panel.id}`;
  const gridId = `row-${panel.id}-panels`;
  const grid = element("div", { className: "grid", id: gridId });
  const button = element(
    "button",
    { type: "button", className: "row-toggle", "aria-controls": gridId },
    svg("svg", { viewBox: "0 0 12 12", width: "12", height: "12", "aria-hidden": "true" },
      svg("path", { d: "M3 4.5 6 7.5 9 4.5", fill: "none", stroke: "currentColor", "stroke-width": "1.6" })),
    panel.title,
  );
  const fold = (folded) => {
    grid.hidden = folded;
    button.setAttribute("aria-expanded", String(!folded));
  };
  fold((isFolded(key) ?? (panel.collapsed ? "folded" : "open")) === "folded");
  button.addEventListener("click", () => {
    fold(!grid.hidden);
    remember(key, grid.hidden);
    if (!grid.hidden) onOpen();
  });
  const root = element("section", { className: "row", "data-row-id": panel.id, "aria-label": panel.title },
    element("h2", {}, button), grid);
  return { root, grid };
}
