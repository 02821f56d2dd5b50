// The controls over a dashboard: variables, time range, refresh.

import { element, svg } from "./dom.js";
import { popover } from "./popover.js";
import { ALL } from "./templating.js";
import { inputValue, isLive, label, parsePoint, QUICK_RANGES, resolve, shifted, zoomedOut } from "./timerange.js";
import { chosenText, toggled } from "./variables.js";

const OFF = "";
const DEFAULT_INTERVALS = ["5s", "10s", "30s", "1m", "5m"];
const ICONS = {
  back: "M7.5 2.5 4 6l3.5 3.5",
  forward: "M4.5 2.5 8 6 4.5 9.5",
  zoomOut: "M5.2 1.4a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zM8 8l3 3M3.4 5.2h3.6",
  reload: "M10.2 4.6A4.4 4.4 0 1 0 10.4 7M10.4 2v2.8H7.6",
};

function iconButton(icon, title, onClick) {
  const path = svg("path", { d: ICONS[icon], fill: "none", stroke: "currentColor", "stroke-width": "1.4", "stroke-linecap": "round", "stroke-linejoin": "round" });
  const button = element(
    "button",
    { type: "button", title, "aria-label": title, className: `tool-${icon}` },
    svg("svg", { viewBox: "0 0 12 12", width: "15", height: "15", "aria-hidden": "true" }, path),
  );
  button.addEventListener("click", onClick);
  return button;
}

/** Fill `place` with controls of `state`; `changed(what)` after a person used one. */
export function toolbar(place, state, dashboard, { changed, reload }) {
  const range = rangePicker(state, changed);
  const move = (share) => () => {
    state.range = shifted(state.range, share, Date.now());
    changed("range");
  };
  const variables = state.variables.filter(({ isChoice }) => isChoice).map((one) => variablePicker(one, changed));
  const widen = () => {
    state.range = zoomedOut(state.range, Date.now());
    changed("range");
  };
  const reloadButton = iconButton("reload", "Load anew", reload);
  place.replaceChildren(
    ...variables.map(({ root }) => root),
    element("span", { className: "grow" }),
    element("div", { className: "joined" },
      iconButton("back", "Earlier", move(-0.5)),
      range.root,
      iconButton("forward", "Later", move(0.5)),
      iconButton("zoomOut", "Show twice the time", widen)),
    element("div", { className: "joined" }, reloadButton, refreshPicker(state, dashboard, changed)),
  );
  return {
    refresh() {
      range.refresh();
      for (const one of variables) one.refresh();
    },
    busy(isBusy) {
      reloadButton.classList.toggle("turning", isBusy);
    },
  };
}

function variablePicker(variable, changed) {
  const picker = popover({
    className: "variable",
    title: variable.definition.description || variable.label,
    label: () => `${variable.label}: ${chosenText(variable)}`,
    fill: () => {
      if (!variable.options.length) return [element("p", { className: "muted" }, "No values yet")];
      const boxes = [];
      const entries = [[ALL, "All"], ...variable.options.map((value) => [value, value])];
      for (const [value, text] of entries) {
        const box = element("input", { type: "checkbox", checked: variable.values.includes(value), value });
        boxes.push(box);
        box.addEventListener("change", () => {
          variable.values = toggled(variable.values, value, variable.options);
          for (const other of boxes) other.checked = variable.values.includes(other.value);
          picker.refresh();
          changed("variables");
        });
        box.after(text);
      }
      return boxes.map((box, at) => element("label", { className: "option" }, box, entries[at][1]));
    },
  });
  return picker;
}

function rangePicker(state, changed) {
  const choose = (range, close) => {
    state.range = range;
    close();
    changed("range");
  };
  return popover({
    className: "range",
    title: "Time range",
    align: "right",
    label: () => label(state.range),
    fill: (close) => [
      element("div", { className: "quick" }, ...QUICK_RANGES.map(([from, text]) => {
        const isChosen = state.range.from === from && state.range.to === "now";
        const button = element("button", { type: "button", className: "quiet", "aria-pressed": String(isChosen) }, text);
        button.addEventListener("click", () => choose({ from, to: "now" }, close));
        return button;
      })),
      absoluteForm(state, (range) => choose(range, close)),
    ],
  });
}

function absoluteForm(state, choose) {
  const shown = resolve(state.range, Date.now()) ?? { from: Date.now() - 1_800_000, to: Date.now() };
  const input = (name, ms) => element("input", { type: "datetime-local", step: "1", name, value: inputValue(ms), required: true });
  const [from, to] = [input("from", shown.from), input("to", shown.to)];
  const problem = element("p", { className: "problem", role: "alert" });
  const form = element("form", { className: "absolute" },
    element("label", {}, "From", from),
    element("label", {}, "To", to),
    problem,
    element("button", { type: "submit", className: "primary" }, "Show this time"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const range = { from: String(parsePoint(from.value, 0)), to: String(parsePoint(to.value, 0)) };
    if (resolve(range, Date.now())) choose(range);
    else problem.textContent = "The end must be after the start.";
  });
  return form;
}

function refreshPicker(state, dashboard, changed) {
  const intervals = dashboard.timepicker?.refresh_intervals ?? DEFAULT_INTERVALS;
  const all = [OFF, ...new Set([...(state.refresh ? [state.refresh] : []), ...intervals])];
  const select = element("select", { title: "Load anew every", "aria-label": "Load anew every" },
    ...all.map((value) => element("option", { value, selected: value === state.refresh }, value || "Off")));
  select.addEventListener("change", () => {
    state.refresh = select.value;
    changed("refresh");
  });
  return select;
}

/** Whether loading anew would show anything else. */
export function moves(state) {
  return isLive(state.range);
}
