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

  const period = Number(document.body.dataset.refreshSeconds || 0) * 1000;
  const address = document.body.dataset.refreshFrom || location.href;
  let last = Date.now();
  let running = false;

  const isBusy = (part) => {
    const selection = document.getSelection();
    return Boolean(
      selection && !selection.isCollapsed && selection.anchorNode && part.contains(selection.anchorNode),
    );
  };

  const swap = (part, fresh) => {
    if (isBusy(part)) return; // somebody is copying text out of it
    const open = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = [...part.querySelectorAll(".scroll[id]")].map((one) => [one.id, one.scrollLeft]);
    for (const id of open) {
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
        if (replacement && replacement.outerHTML !== part.outerHTML) {
          swap(part, document.importNode(replacement, true));
        }
      }
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
      if (!document.hidden && !running && Date.now() - last >= period) void refresh();
    }, TICK_MS);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !running && Date.now() - last >= period) void refresh();
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
