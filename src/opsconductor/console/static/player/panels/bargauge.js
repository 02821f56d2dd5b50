// A bar that shows how far along its range a figure is: one in big print, or a line for each.

import { element } from "../dom.js";
import { figures, isEmpty, share } from "./single_value.js";
import { bigPrint } from "./stat.js";

export class BarGaugeView {
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
    const isNamed = found.length > 1 || this.panel.options?.namePlacement === "left";
    this.body.classList.toggle("bars", isNamed);
    this.body.classList.toggle("single", !isNamed);
    if (isNamed) this.body.replaceChildren(...found.map(line));
    else this.body.replaceChildren(bigPrint(found[0]), meter(found[0], this.panel.title));
  }

  restyle() {
    if (this.data) this.update(this.data);
  }

  destroy() {
    this.body.replaceChildren();
  }
}

function meter(figure, label) {
  const fill = element("i");
  fill.style.width = `${share(figure) * 100}%`;
  fill.style.background = figure.colour;
  return element(
    "div",
    {
      className: "meter",
      role: "meter",
      "aria-label": label,
      "aria-valuemin": String(figure.min),
      "aria-valuemax": String(figure.max),
      "aria-valuenow": String(figure.value),
    },
    fill,
  );
}

function line(figure) {
  const value = element("span", { className: "value" }, [figure.number, figure.unit].filter(Boolean).join(" "));
  value.style.color = figure.colour;
  return element(
    "div",
    { className: "bar-line" },
    element("span", { className: "name", title: figure.name }, figure.name),
    meter(figure, figure.name),
    value,
  );
}
