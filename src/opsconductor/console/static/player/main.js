// Plays one dashboard: reads its JSON, lays the panels out, and keeps them current.

import * as address from "./address.js";
import { loadAlerts } from "./alerts.js";
import { element } from "./dom.js";
import { parseDuration } from "./durations.js";
import { timeGrid } from "./panel_data.js";
import { PanelPlayer } from "./panel_player.js";
import { row } from "./panels/row.js";
import { SourceError } from "./sources/request.js";
import { resolve } from "./timerange.js";
import { moves, toolbar } from "./toolbar.js";
import { forQueries, fromDashboard, loadOptions } from "./variables.js";

const ANNOTATION_POINTS = 400;
const SHORTEST_REFRESH_MS = 1000;
const GONE = "A data source cannot be reached. Panels keep what they showed last; trying again.";

class Player {
  #timer = 0;
  #round = 0;

  constructor(root, dashboard) {
    this.dashboard = dashboard;
    const { parameters, range, refresh } = address.read(dashboard, location.search);
    this.state = { range, refresh, variables: fromDashboard(dashboard, parameters) };
    this.context = {
      scrapeInterval: Number(root.dataset.scrapeInterval),
      range: resolve(range, Date.now()),
      variables: forQueries(this.state.variables),
      alerts: [],
      onZoom: (from, to) => this.#zoom(from, to),
    };
    this.panels = [];
    this.notice = element("p", { className: "notice warn", role: "status", hidden: true });
    root.append(this.notice);
    this.#layOut(root);
    this.#seek(parameters.get("viewPanel"));
    this.toolbar = toolbar(document.getElementById("player-tools"), this.state, dashboard, {
      changed: (what) => this.#changed(what),
      reload: () => this.refresh(),
    });
    document.addEventListener("themechange", () => this.#restyle());
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.#restyle());
    document.addEventListener("visibilitychange", () => !document.hidden && moves(this.state) && this.refresh());
    addEventListener("popstate", () => location.reload());
  }

  /** Load everything for the range as it is now, then wait for the next time. */
  async refresh() {
    clearTimeout(this.#timer);
    this.#round += 1;
    const round = this.#round;
    const range = resolve(this.state.range, Date.now());
    if (!range) {
      this.#say("The time range in the address cannot be read; choose another one above.");
      return;
    }
    this.toolbar.busy(true);
    Object.assign(this.context, { range, variables: forQueries(this.state.variables) });
    const problem = await this.#load(range).then(
      (isReached) => (isReached ? "" : GONE),
      (error) => `This dashboard cannot be played as it is: ${error.message}.`,
    );
    if (round !== this.#round) return;
    this.toolbar.busy(false);
    this.#say(problem);
    this.#schedule();
  }

  async #load(range) {
    const grid = timeGrid({ maxDataPoints: ANNOTATION_POINTS }, range, ANNOTATION_POINTS, this.context.scrapeInterval);
    const extras = Promise.all([this.#loadVariables(grid), this.#loadAlerts(grid)]);
    const shown = this.panels.filter(({ root }) => root.offsetParent !== null);
    const state = { range, variables: this.context.variables };
    const [reached] = await Promise.all([Promise.all(shown.map((panel) => panel.refresh(state))), extras]);
    return reached.every(Boolean);
  }

  async #loadVariables(grid) {
    await this.#unlessGone(() => loadOptions(this.state.variables, grid));
    this.toolbar.refresh();
  }

  async #loadAlerts(grid) {
    await this.#unlessGone(async () => {
      const before = JSON.stringify(this.context.alerts);
      this.context.alerts = await loadAlerts(this.dashboard, grid, this.context.variables);
      if (JSON.stringify(this.context.alerts) === before) return;
      for (const panel of this.panels) panel.redraw();
    });
  }

  /** The panels say that a data source is gone; here only other errors are worth a word. */
  async #unlessGone(action) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (!error.unreachable) console.warn(error.message);
    }
  }

  #schedule() {
    const seconds = parseDuration(this.state.refresh);
    if (!seconds || !moves(this.state)) return;
    const wait = Math.max(SHORTEST_REFRESH_MS, seconds * 1000);
    this.#timer = setTimeout(() => (document.hidden ? this.#schedule() : this.refresh()), wait);
  }

  #changed(what) {
    const search = address.write(this.state);
    if (what === "refresh") history.replaceState(null, "", search);
    else history.pushState(null, "", search);
    for (const link of document.querySelectorAll("a[data-keep-time]")) {
      link.href = `${link.href.split("?")[0]}${address.elsewhere(this.state)}`;
    }
    this.toolbar.refresh();
    if (what === "refresh") {
      clearTimeout(this.#timer);
      this.#schedule();
    } else void this.refresh();
  }

  #zoom(from, to) {
    this.state.range = { from: String(from), to: String(to) };
    this.#changed("range");
  }

  #layOut(root) {
    let grid = null;
    let top = 0;
    for (const panel of this.dashboard.panels) {
      if (panel.type === "row") {
        const made = row(panel, this.dashboard.uid, () => this.refresh());
        root.append(made.root);
        ({ grid } = made);
        top = panel.gridPos.y + 1;
        for (const inner of panel.panels ?? []) this.#add(inner, grid, top);
        continue;
      }
      if (!grid) grid = root.appendChild(element("div", { className: "grid" }));
      this.#add(panel, grid, top);
    }
  }

  #add(panel, grid, top) {
    const gridPos = { ...panel.gridPos, y: panel.gridPos.y - top + 1 };
    const player = new PanelPlayer({ ...panel, gridPos }, this.context);
    this.panels.push(player);
    grid.append(player.root);
  }

  /** A link may name a panel, as Grafana's do: unfold its row and bring it into view. */
  #seek(id) {
    const sought = this.panels.find(({ panel }) => String(panel.id) === id);
    if (!sought) return;
    sought.root.parentElement.hidden = false;
    sought.root.scrollIntoView({ block: "center" });
  }

  #restyle() {
    for (const panel of this.panels) panel.restyle();
  }

  #say(text) {
    this.notice.textContent = text;
    this.notice.hidden = text === "";
  }
}

async function start() {
  const root = document.getElementById("player");
  const response = await fetch(`/api/dashboards/${encodeURIComponent(root.dataset.uid)}`);
  if (!response.ok) throw new Error(`the dashboard could not be read (status ${response.status})`);
  const player = new Player(root, await response.json());
  await player.refresh();
}

start().catch((error) => {
  document.getElementById("player").append(element("p", { className: "notice crit", role: "alert" }, `This dashboard cannot be shown: ${error.message}.`));
  throw error;
});
