// One figure in big print over its own course, or a tile with its name for each of several.

import { element, svg } from "../dom.js";
import { translucent } from "../palette.js";
import { figures, isEmpty } from "./single_value.js";

const WIDTH = 200;
const HEIGHT = 40;

export class StatView {
  constructor(body, panel) {
    this.panel = panel;
    this.body = body;
  }

  static isEmpty(data) {
    return isEmpty(data);
  }

  update(data) {
    this.data = data;
    const found = figures(this.panel, data);
    const isNamed = found.length > 1 || this.panel.options?.textMode === "value_and_name";
    this.body.classList.toggle("tiles", isNamed);
    this.body.classList.toggle("single", !isNamed);
    if (isNamed) {
      this.body.replaceChildren(...found.map(tile));
      return;
    }
    const [figure] = found;
    const hasCourse = this.panel.options?.graphMode === "area" && figure.course.length > 1;
    this.body.replaceChildren(bigPrint(figure), hasCourse ? sparkline(figure) : "");
  }

  restyle() {
    if (this.data) this.update(this.data);
  }

  destroy() {
    this.body.replaceChildren();
  }
}

/** A figure and its unit, in its colour. */
export function bigPrint({ number, unit, colour }) {
  const made = element("div", { className: "big" }, element("b", {}, number), unit ? element("span", {}, unit) : null);
  made.style.color = colour;
  return made;
}

function tile(figure) {
  const name = element("span", { className: "name", title: figure.name }, figure.name);
  return element("div", { className: "tile-value" }, name, bigPrint(figure));
}

function sparkline({ course, colour }) {
  const most = Math.max(1e-9, ...course.map((value) => value ?? 0));
  const points = course
    .map((value, at) => [(at / (course.length - 1)) * WIDTH, value])
    .filter(([, value]) => value !== null)
    .map(([x, value]) => [x, HEIGHT - 2 - (value / most) * (HEIGHT - 6)]);
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" L");
  if (!line) return "";
  const area = `M${points[0][0].toFixed(1)},${HEIGHT} L${line} L${points.at(-1)[0].toFixed(1)},${HEIGHT}Z`;
  return svg(
    "svg",
    { class: "sparkline", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { d: area, fill: translucent(colour, 0.16) }),
    svg("path", { d: `M${line}`, fill: "none", stroke: colour, "stroke-width": "1.5", "vector-effect": "non-scaling-stroke" }),
  );
}
