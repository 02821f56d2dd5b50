// Runs before the first paint, so that a chosen theme never flashes in the other one's colours.
"use strict";

(() => {
  const KEY = "opsconductor-theme";
  const root = document.documentElement;

  const read = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is switched off: follow the system
    }
  };

  const system = matchMedia("(prefers-color-scheme: light)");
  const inForce = () => root.dataset.theme || (system.matches ? "light" : "dark");

  const apply = (theme) => {
    if (theme === "dark" || theme === "light") {
      root.dataset.theme = theme;
    }
  };

  const label = (button) => {
    const next = inForce() === "dark" ? "light" : "dark";
    button.title = `Switch to the ${next} theme`;
    button.setAttribute("aria-label", button.title);
  };

  apply(read());

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme-toggle");
    if (!button) return;
    const announce = () => {
      label(button);
      // Charts are painted on a canvas and have to ask for the colours again.
      document.dispatchEvent(new CustomEvent("themechange", { detail: inForce() }));
    };
    label(button);
    system.addEventListener("change", announce);
    button.addEventListener("click", () => {
      const next = inForce() === "dark" ? "light" : "dark";
      apply(next);
      try {
        localStorage.setItem(KEY, next);
      } catch {
        // Not kept: the choice holds until the next page.
      }
      announce();
    });
  });
})();
