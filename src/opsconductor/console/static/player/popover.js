// A button that opens a box below itself; Escape or a press elsewhere closes it.

import { element, svg } from "./dom.js";

/** {root, close}: `fill(close)` gives the box's children each time it opens. */
export function popover({ className = "", label, title, fill, align = "left" }) {
  const text = element("span", {}, label());
  const caret = svg("svg", { viewBox: "0 0 12 12", width: "12", height: "12", "aria-hidden": "true" },
    svg("path", { d: "M3 4.5 6 7.5 9 4.5", fill: "none", stroke: "currentColor", "stroke-width": "1.6" }));
  const button = element("button", { type: "button", title, "aria-haspopup": "dialog", "aria-expanded": "false" }, text, caret);
  const box = element("div", { className: `popover-box popover-${align}`, role: "dialog", "aria-label": title, hidden: true });
  const root = element("div", { className: `popover ${className}` }, button, box);

  const close = () => {
    if (box.hidden) return;
    const hadFocus = box.contains(document.activeElement);
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (hadFocus) button.focus();
  };
  const open = () => {
    box.replaceChildren(...fill(close));
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    box.querySelector("button, input")?.focus();
  };
  button.addEventListener("click", () => (box.hidden ? open() : close()));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!root.contains(event.target)) close();
  });
  return {
    root,
    close,
    refresh() {
      text.textContent = label();
    },
  };
}
