// A note in a small part of Markdown: headings, lists, bold, code, links. Never markup of its own.

import { element } from "../dom.js";

const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)/g;
const SAFE_LINK = /^(https?:\/\/|\/)/;

/** The runs of a line: {kind: text|bold|code|link, text, href}. */
export function runs(line) {
  const found = [];
  let last = 0;
  for (const match of line.matchAll(INLINE)) {
    if (match.index > last) found.push({ kind: "text", text: line.slice(last, match.index) });
    const [whole, bold, code, label, href] = match;
    if (bold) found.push({ kind: "bold", text: bold });
    else if (code) found.push({ kind: "code", text: code });
    else found.push(SAFE_LINK.test(href) ? { kind: "link", text: label, href } : { kind: "text", text: whole });
    last = match.index + whole.length;
  }
  if (last < line.length) found.push({ kind: "text", text: line.slice(last) });
  return found;
}

const TAGS = { text: "span", bold: "strong", code: "code", link: "a" };

function inline(line) {
  return runs(line).map(({ kind, text, href }) => element(TAGS[kind], { href }, text));
}

export class TextView {
  constructor(body, panel) {
    this.panel = panel;
    this.body = body;
    body.classList.add("text-body");
  }

  static isEmpty() {
    return false;
  }

  update() {
    const blocks = String(this.panel.options?.content ?? "").split(/\n\s*\n/);
    this.body.replaceChildren(...blocks.map((block) => this.#block(block.trim())));
  }

  restyle() {}

  destroy() {
    this.body.replaceChildren();
  }

  #block(block) {
    const heading = /^(#{1,4})\s+(.*)$/.exec(block);
    if (heading) return element(`h${heading[1].length + 2}`, {}, ...inline(heading[2]));
    const lines = block.split("\n");
    if (lines.every((line) => /^[-*]\s/.test(line))) {
      return element("ul", {}, ...lines.map((line) => element("li", {}, ...inline(line.slice(2)))));
    }
    return element("p", {}, ...inline(lines.join(" ")));
  }
}
