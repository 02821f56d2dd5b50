// The box that follows the pointer over a graph.

import { element } from "./dom.js";

const GAP = 14;
const MOST_ROWS = 14;
let box;

/** Show a title and rows of {colour, name, value, strong} beside a point of the page. */
export function showTooltip(x, y, title, rows) {
  box ??= document.body.appendChild(element("div", { className: "chart-tooltip", role: "presentation" }));
  const shown = rows.slice(0, MOST_ROWS).map(({ colour, name, value, strong }) => {
    const swatch = element("i");
    swatch.style.background = colour;
    const className = strong ? "row strong" : "row";
    return element("div", { className }, swatch, element("span", {}, name), element("b", {}, value));
  });
  const rest = rows.length - shown.length;
  if (rest > 0) shown.push(element("div", { className: "row more" }, `and ${rest} more`));
  box.replaceChildren(element("div", { className: "title" }, title), ...shown);
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const left = x + GAP + width > innerWidth - 8 ? x - GAP - width : x + GAP;
  const top = Math.min(y + GAP, innerHeight - height - 8);
  box.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
}

/** Take the box away. */
export function hideTooltip() {
  if (box) box.hidden = true;
}
