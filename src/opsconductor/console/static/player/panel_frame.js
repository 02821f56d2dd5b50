// The box around a panel: heading, description, and the state that it is in.

import { element, svg } from "./dom.js";
import { interpolate } from "./templating.js";
import { clock } from "./timerange.js";

const HINTS = {
  loading: "Loading…",
  nodata: "No data in this time range",
};

/** A panel's box. `body` is the panel's own; a message covers it where there is nothing to show. */
export class PanelFrame {
  constructor(panel, variables = {}) {
    this.title = panel.title;
    const headingId = `panel-${panel.id}-title`;
    this.badge = element("span", { className: "panel-badge", hidden: true, role: "status" });
    this.body = element("div", { className: "panel-body" });
    this.links = (panel.links ?? []).map((one) => link(one, variables));
    this.message = element("div", { className: "panel-message" });
    this.root = element(
      "section",
      {
        className: `panel panel-${panel.type}`,
        "data-panel-id": panel.id,
        "data-state": "loading",
        "aria-labelledby": headingId,
        "aria-busy": "true",
      },
      element(
        "header",
        { className: "panel-head" },
        element("h3", { id: headingId, title: panel.title }, panel.title),
        panel.description ? description(panel) : null,
        element("span", { className: "grow" }),
        ...this.links,
        this.badge,
      ),
      this.body,
      this.message,
    );
    this.message.append(element("span", {}, HINTS.loading));
  }

  get state() {
    return this.root.dataset.state;
  }

  /** A request is under way; what is shown stays. */
  busy() {
    this.root.setAttribute("aria-busy", "true");
  }

  /** The panel shows current data. */
  ok() {
    this.#enter("ok");
  }

  /** The query was answered, with nothing; `missing` says which metrics are not there. */
  noData(text, missing = []) {
    this.#enter("nodata", text || (missing.length ? "" : HINTS.nodata));
    this.message.append(...missing.map((sentence) => element("span", { className: "missing" }, sentence)));
  }

  /** Show which of the panel's alerts fire, on the links to their runbooks. */
  markFiring(alerts) {
    for (const one of this.links) {
      one.classList.toggle("is-firing", alerts.some((alert) => one.title.endsWith(` ${alert}`)));
    }
  }

  /** The query failed and there is nothing to show. */
  error(text) {
    this.#enter("error", text);
  }

  /** The data source is gone; what is shown is from `since` (milliseconds). */
  stale(since, text) {
    this.#enter("stale");
    this.badge.textContent = `stale since ${clock(since)}`;
    this.badge.title = text;
    this.badge.hidden = false;
  }

  #enter(state, text = "") {
    this.root.dataset.state = state;
    this.root.setAttribute("aria-busy", "false");
    this.badge.hidden = true;
    this.message.replaceChildren();
    if (!text) return;
    if (state === "error") this.message.append(warningSign());
    this.message.append(element("span", {}, text));
  }
}

const ICONS = {
  doc: "M2.5 3.2c2-.9 3.8-.9 5.5.3 1.7-1.2 3.5-1.2 5.5-.3v9.3c-2-.9-3.8-.9-5.5.3-1.7-1.2-3.5-1.2-5.5-.3zM8 3.5v9.3",
  list: "M2.5 4h1M2.5 8h1M2.5 12h1M6 4h7.5M6 8h7.5M6 12h7.5",
};

/** A link in the panel's head: a book for a runbook, and its title for whoever points at it. */
function link({ title, url, icon }, variables) {
  const drawn = svg("path", {
    d: ICONS[icon] ?? ICONS.list,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "1.2",
    "stroke-linejoin": "round",
    "stroke-linecap": "round",
  });
  return element(
    "a",
    { className: "panel-link", href: interpolate(url, variables, "raw"), title, "aria-label": title },
    svg("svg", { viewBox: "0 0 16 16", width: "15", height: "15", "aria-hidden": "true" }, drawn),
  );
}

function description(panel) {
  return element(
    "span",
    {
      className: "panel-info",
      tabIndex: 0,
      role: "note",
      "aria-label": panel.description,
      "data-tip": panel.description,
    },
    "i",
  );
}

function warningSign() {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: "20", height: "20", "aria-hidden": "true" },
    svg("path", {
      d: "M12 3 1.8 20.5h20.4zM12 10v5m0 2.4v.6",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": "2",
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
    }),
  );
}
