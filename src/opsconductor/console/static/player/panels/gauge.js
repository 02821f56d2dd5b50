// An arc that shows how far along its range a figure is: one, or one for each of several.

import { element, svg } from "../dom.js";
import { colour, token } from "../palette.js";
import { figures, isEmpty, share } from "./single_value.js";
import { bigPrint } from "./stat.js";

const RADIUS = 78;
const CENTRE = 100;
const START = Math.PI * 0.9;
const SWEEP = Math.PI * 1.2;

function point(part, radius) {
  const angle = START + SWEEP * part;
  return `${(CENTRE + radius * Math.cos(angle)).toFixed(2)} ${(CENTRE + radius * Math.sin(angle)).toFixed(2)}`;
}

/** The path of an arc from one part of the sweep to another, each 0 to 1. */
export function arc(from, to, radius) {
  const isLarge = (to - from) * SWEEP > Math.PI ? 1 : 0;
  return `M${point(from, radius)} A${radius} ${radius} 0 ${isLarge} 1 ${point(to, radius)}`;
}

export class GaugeView {
  constructor(body, panel) {
    this.panel = panel;
    this.body = body;
    body.classList.add("dials");
  }

  static isEmpty(data) {
    return isEmpty(data);
  }

  update(data) {
    this.data = data;
    const found = figures(this.panel, data);
    this.body.replaceChildren(...found.map((figure) => this.#dial(figure, found.length > 1)));
  }

  #dial(figure, isNamed) {
    const stroke = (path, shade, width) =>
      svg("path", { d: path, fill: "none", stroke: shade, "stroke-width": String(width), "stroke-linecap": "butt" });
    const marks = this.panel.options?.showThresholdMarkers === false ? [] : this.#marks(figure, stroke);
    const dial = svg(
      "svg",
      { viewBox: "0 0 200 150", class: "dial", role: "img", "aria-label": `${isNamed ? figure.name : this.panel.title}: ${figure.number} ${figure.unit}` },
      stroke(arc(0, 1, RADIUS), token("line"), 18),
      stroke(arc(0, Math.max(0.002, share(figure)), RADIUS), figure.colour, 18),
      ...marks,
    );
    const name = isNamed ? element("span", { className: "name", title: figure.name }, figure.name) : null;
    const face = element("div", { className: "dial-face" }, dial, element("div", { className: "dial-value" }, bigPrint(figure)));
    return element("div", { className: "dial-box" }, face, name);
  }

  #marks({ config, min, max }, stroke) {
    const steps = config.thresholds?.steps ?? [];
    const part = (value) => Math.min(1, Math.max(0, ((value ?? min) - min) / (max - min || 1)));
    return steps.map((step, at) =>
      stroke(arc(part(step.value), part(steps[at + 1]?.value ?? max), RADIUS + 14), colour(step.color), 4),
    );
  }

  restyle() {
    if (this.data) this.update(this.data);
  }

  destroy() {
    this.body.replaceChildren();
  }
}
