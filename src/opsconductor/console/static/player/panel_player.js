// One panel on the page: loads its data, draws it, and says in which state it is.

import { missing } from "./absence.js";
import { PanelFrame } from "./panel_frame.js";
import { load } from "./panel_data.js";
import { BarGaugeView } from "./panels/bargauge.js";
import { GaugeView } from "./panels/gauge.js";
import { HeatmapView } from "./panels/heatmap.js";
import { StatView } from "./panels/stat.js";
import { TableView } from "./panels/table.js";
import { TextView } from "./panels/text.js";
import { TimeseriesView } from "./panels/timeseries.js";
import { SourceError } from "./sources/request.js";

const VIEWS = {
  bargauge: BarGaugeView,
  gauge: GaugeView,
  heatmap: HeatmapView,
  stat: StatView,
  table: TableView,
  text: TextView,
  timeseries: TimeseriesView,
};

export class PanelPlayer {
  #request = null;
  #shownAt = null;
  #view = null;

  constructor(panel, context) {
    this.panel = panel;
    this.context = context;
    this.frame = new PanelFrame(panel, context.variables);
    this.root = this.frame.root;
    const { x, y, w, h } = panel.gridPos;
    const place = { "--x": x + 1, "--y": y, "--w": w, "--h": h };
    for (const [name, value] of Object.entries(place)) this.root.style.setProperty(name, value);
    this.root.classList.add(w > 8 ? "is-wide" : "is-narrow");
  }

  /** Load and draw; resolves to whether the data source could be reached. */
  async refresh(state) {
    const { panel, frame, context } = this;
    const View = VIEWS[panel.type];
    if (!View) {
      frame.error(`This console does not know panels of type “${panel.type}”.`);
      return true;
    }
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    frame.busy();
    try {
      const width = Math.max(100, frame.body.clientWidth || this.root.clientWidth);
      const options = { ...state, width, scrapeInterval: context.scrapeInterval, signal: request.signal };
      const data = panel.type === "text" ? { frames: [] } : await load(panel, options);
      if (request.signal.aborted) return true;
      if (View.isEmpty(data)) {
        const absent = await missing(panel, state.variables, data.grid, request.signal);
        if (request.signal.aborted) return true;
        frame.noData(panel.fieldConfig?.defaults?.noValue, absent);
      } else {
        frame.ok();
        this.#view ??= new View(frame.body, panel, context);
        this.#view.update(data);
        this.#shownAt = Date.now();
      }
      return true;
    } catch (error) {
      if (request.signal.aborted) return true;
      return this.#failed(error);
    }
  }

  #failed(error) {
    const isGone = error instanceof SourceError && error.unreachable;
    const wasShown = ["ok", "stale"].includes(this.frame.state) && this.#shownAt !== null;
    if (isGone && wasShown) this.frame.stale(this.#shownAt, error.message);
    else this.frame.error(error.message);
    if (!(error instanceof SourceError)) console.error(error);
    return !isGone;
  }

  /** Colours changed: draw all of it anew. */
  restyle() {
    this.#view?.restyle();
  }

  /** The alerts changed: draw what lies over the data anew. */
  redraw() {
    this.frame.markFiring(this.context.alerts.filter(({ ongoing }) => ongoing).map(({ title }) => title));
    this.#view?.redraw?.();
  }
}
