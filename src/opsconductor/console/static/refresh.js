// Keeps the parts of a page marked [data-live] current without a reload, and relative times true.
"use strict";

(() => {
  const TICK_MS = 1000;
  const CLOCK_MS = 5000;
  const UNITS = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
  ];

  const ago = (seconds) => {
    if (seconds < 5) return "just now";
    for (const [size, unit] of UNITS) {
      if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`;
    }
    return `${Math.floor(seconds)} s ago`;
  };

  const showTimes = () => {
    for (const element of document.querySelectorAll("time[data-ago]")) {
      const then = Date.parse(element.dateTime);
      if (!Number.isNaN(then)) {
        const text = ago(Math.max(0, (Date.now() - then) / 1000));
        if (element.textContent !== text) element.textContent = text;
      }
    }
  };

  let period = Number(document.body.dataset.refreshSeconds || 0) * 1000;
  let address = document.body.dataset.refreshFrom || location.href;
  let last = Date.now();
  let running = false;

  const isBusy = (part) => {
    const selection = document.getSelection();
    return Boolean(
      selection && !selection.isCollapsed && selection.anchorNode && part.contains(selection.anchorNode),
    );
  };

  // Relative times move on their own: they are no reason to replace anything.
  const meaning = (element) => {
    const copy = element.cloneNode(true);
    for (const one of copy.querySelectorAll("time[data-ago]")) one.textContent = "";
    for (const one of copy.querySelectorAll("details[open]")) one.open = false;
    return copy.outerHTML;
  };

  const swap = (part, fresh) => {
    if (isBusy(part)) return; // somebody is copying text out of it
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = [...part.querySelectorAll(".scroll[id]")].map((one) => [one.id, one.scrollLeft]);
    for (const { id } of part.querySelectorAll("details[open][id]")) {
      const details = fresh.querySelector(`#${CSS.escape(id)}`);
      if (details) details.open = true;
    }
    part.replaceWith(fresh);
    for (const [id, left] of scrolled) {
      const box = document.getElementById(id);
      if (box) box.scrollLeft = left;
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };

  // A list keeps the items that did not change where they are: a mail's frame is not loaded again.
  const updateList = (list, fresh) => {
    const wanted = [...fresh.children];
    const ids = new Set(wanted.map((item) => item.id));
    for (const item of [...list.children]) {
      if (!ids.has(item.id)) item.remove();
    }
    let at = list.firstElementChild;
    for (const item of wanted) {
      if (at && at.id === item.id) {
        const next = at.nextElementSibling;
        if (meaning(at) !== meaning(item)) swap(at, document.importNode(item, true));
        at = next;
      } else {
        document.getElementById(item.id)?.remove();
        list.insertBefore(document.importNode(item, true), at);
      }
    }
  };

  const update = (part, fresh) => {
    if (meaning(part) === meaning(fresh)) return;
    if (part.hasAttribute("data-list") && fresh.hasAttribute("data-list")) updateList(part, fresh);
    else swap(part, document.importNode(fresh, true));
  };

  const notice = (text) => {
    const line = document.getElementById("connection");
    if (!line) return;
    line.textContent = text;
    line.hidden = text === "";
  };

  const refresh = async () => {
    running = true;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (answer.redirected && new URL(answer.url).pathname === "/login") {
        location.reload(); // the session has ended
        return;
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok && !fresh.querySelector("[data-live]")) throw new Error(String(answer.status));
      for (const part of document.querySelectorAll("[data-live][id]")) {
        const replacement = fresh.getElementById(part.id);
        if (replacement) update(part, replacement);
      }
      // What was watched may have ended: then only the top bar is left to refresh.
      period = Number(fresh.body.dataset.refreshSeconds || 0) * 1000;
      address = fresh.body.dataset.refreshFrom || address;
      showTimes();
      notice("");
    } catch {
      notice("The console does not answer. What you see is from before; trying again.");
    } finally {
      running = false;
      last = Date.now();
    }
  };

  setInterval(showTimes, CLOCK_MS);
  if (period > 0) {
    setInterval(() => {
      if (period > 0 && !document.hidden && !running && Date.now() - last >= period) void refresh();
    }, TICK_MS);
    document.addEventListener("visibilitychange", () => {
      if (period > 0 && !document.hidden && !running && Date.now() - last >= period) void refresh();
    });
  }

  // A click anywhere in a row opens what the row links to, as its link does.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, summary, details")) return;
    if (!document.getSelection()?.isCollapsed) return;
    location.assign(row.dataset.href);
  });

  for (const choice of document.querySelectorAll("form[data-submit-on-change] select")) {
    choice.addEventListener("change", () => choice.form.requestSubmit());
  }
})();
