// One figure in big print over a bar that shows how far along its range it is.

import { element } from "../dom.js";
import { isEmpty, share, singleValue } from "./single_value.js";
import { bigPrint } from "./stat.js";

export class BarGaugeView {
  constructor(body, panel) {
    this.panel = panel;
    this.body = body;
    body.classList.add("single");
  }

  static isEmpty(data) {
    return isEmpty(data);
  }

  update(data) {
    this.data = data;
    const figure = singleValue(this.panel, data);
    const fill = element("i");
    fill.style.width = `${share(figure) * 100}%`;
    fill.style.background = figure.colour;
    const bar = element(
      "div",
      {
        className: "meter",
        role: "meter",
        "aria-label": this.panel.title,
        "aria-valuemin": String(figure.min),
        "aria-valuemax": String(figure.max),
        "aria-valuenow": String(figure.value),
      },
      fill,
    );
    this.body.replaceChildren(bigPrint(figure), bar);
  }

  restyle() {
    if (this.data) this.update(this.data);
  }

  destroy() {
    this.body.replaceChildren();
  }
}
