// Rows and columns: labels of an instant query or fields of log lines, with mappings and links.

import { element } from "../dom.js";
import { fieldConfig, mapped } from "../fields.js";
import { colour } from "../palette.js";
import { interpolate } from "../templating.js";
import { colourAt } from "../thresholds.js";
import { reordered, streamFrame, transform, vectorFrame } from "../transformations.js";
import { clock } from "../timerange.js";
import { format } from "../units.js";

const SPOKEN = { "✓": "succeeded", "✗": "failed", "…": "running" };

/** The panel's frame after its transformations. */
export function tableFrame(panel, data) {
  const isOneOfMany = data.frames.length > 1;
  const frames = data.frames.map(({ target, vector, streams, series }) => {
    if (streams) return streamFrame(streams);
    const rows = vector ?? series.map(({ metric, values }) => ({ metric, value: values.at(-1) }));
    return vectorFrame(rows, isOneOfMany ? `Value #${target.refId}` : "Value");
  });
  return transform(frames, panel.transformations);
}

export class TableView {
  #sort = null;

  constructor(body, panel, context) {
    this.panel = panel;
    this.context = context;
    this.body = body;
    body.classList.add("table-body");
    const [initial] = panel.options?.sortBy ?? [];
    if (initial) this.#sort = { name: initial.displayName, descending: initial.desc === true };
  }

  static isEmpty(data) {
    return !data.frames.some(({ vector, streams, series }) => (vector ?? streams ?? series).length);
  }

  update(data) {
    this.data = data;
    let frame = tableFrame(this.panel, data);
    const key = frame.find(({ name }) => name === this.#sort?.name);
    if (key) frame = reordered(frame, key, this.#sort.descending);
    const columns = frame.map((field) => ({ ...field, config: fieldConfig(this.panel, field.name) }));
    const length = columns[0]?.values.length ?? 0;
    const rows = Array.from({ length }, (_, at) =>
      element("tr", {}, ...columns.map((column) => this.#cell(column, column.values[at]))),
    );
    const scrolled = this.body.scrollTop;
    const focused = this.body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.body.replaceChildren(
      element(
        "table",
        { "aria-label": this.panel.title },
        element("thead", {}, element("tr", {}, ...columns.map((column) => this.#heading(column)))),
        element("tbody", {}, ...rows),
      ),
    );
    this.body.scrollTop = scrolled;
    if (focused) this.body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  restyle() {
    if (this.data) this.update(this.data);
  }

  destroy() {
    this.body.replaceChildren();
  }

  #heading({ name, config }) {
    const isKey = this.#sort?.name === name;
    const order = this.#sort?.descending ? "descending" : "ascending";
    const sign = isKey ? element("span", { "aria-hidden": "true" }, this.#sort.descending ? " ↓" : " ↑") : null;
    const button = element("button", { type: "button", "data-key": `sort ${name}` }, name, sign);
    button.addEventListener("click", () => {
      this.#sort = { name, descending: isKey ? !this.#sort.descending : false };
      this.update(this.data);
    });
    const heading = element("th", { scope: "col", "aria-sort": isKey ? order : undefined }, button);
    if (config.custom.width) heading.style.width = `${config.custom.width}px`;
    return heading;
  }

  #cell({ type, config }, value) {
    const mapping = mapped(value, config.mappings);
    const text = mapping?.text ?? (type === "time" ? clock(value, true) : format(value, config.unit, config.decimals));
    const [link] = config.links ?? [];
    const content = link ? this.#link(link, text, value) : element("span", {}, text);
    const isColoured = config.custom.cellOptions?.type === "color-text" && typeof value === "number";
    const shade = mapping?.color ?? (isColoured && config.thresholds ? colourAt(value, config.thresholds) : null);
    if (shade && !link) {
      content.style.color = colour(shade);
      content.className = "mark";
    }
    if (text in SPOKEN) {
      content.setAttribute("role", "img");
      content.setAttribute("aria-label", SPOKEN[text]);
      content.title = String(value);
    }
    return element("td", {}, content);
  }

  #link(link, text, value) {
    const variables = { ...this.context.variables, "__value.raw": encodeURIComponent(String(value)) };
    return element(
      "a",
      { href: interpolate(link.url, variables, "raw"), title: link.title, "data-key": `link ${value}` },
      text,
    );
  }
}
