// What Grafana takes for a provisioned dashboard, put together from the types that it publishes.
//
// The published types describe what Grafana's own code holds. A file holds less and plainer things:
// enumerations as their texts, and of a panel's options only those that differ from the default.

import type * as schema from "@grafana/schema";
import type * as bargauge from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen";
import type * as gauge from "@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen";
import type * as heatmap from "@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen";
import type * as loki from "@grafana/schema/dist/esm/raw/composable/loki/dataquery/x/LokiDataQuery_types.gen";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type * as timeseries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
import type * as raw from "@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen";

/** A type as JSON writes it: an enumeration of texts is any of its texts. */
type Json<T> = T extends string
  ? `${T}`
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

/** A type of which everything, however deep, may be left out. */
type Some<T> = T extends readonly (infer Item)[] ? Some<Item>[] : T extends object ? { [Key in keyof T]?: Some<T[Key]> } : T;

interface Source<Type extends string> {
  type: Type;
  uid: string;
}

/** Prometheus' query; its types are the data source's and not in the published schema. */
interface PrometheusQuery {
  datasource: Source<"prometheus">;
  refId: string;
  expr: string;
  legendFormat?: string;
  format?: "time_series" | "table" | "heatmap";
  instant?: boolean;
  range?: boolean;
  exemplar?: boolean;
}

/** Loki's query, with the order of lines, which the data source reads and the schema leaves out. */
type LokiQuery = Omit<Json<loki.LokiDataQuery>, "datasource"> & {
  datasource: Source<"loki">;
  direction?: "forward" | "backward";
};

type Panel<Type extends string, Options, Custom> = Omit<Json<raw.Panel>, "type" | "options" | "fieldConfig" | "targets"> & {
  type: Type;
  title: string;
  description: string;
  options?: Some<Json<Options>>;
  fieldConfig: {
    defaults: Omit<Json<raw.FieldConfig>, "custom"> & { unit: string; custom?: Some<Json<Custom>> };
    overrides: Json<raw.FieldConfigSource>["overrides"];
  };
  targets: (PrometheusQuery | LokiQuery)[];
};

type Row = Omit<Json<raw.RowPanel>, "panels"> & { panels: [] };

type Shown =
  | Panel<"bargauge", bargauge.Options, Record<string, never>>
  | Panel<"gauge", gauge.Options, Record<string, never>>
  | Panel<"heatmap", heatmap.Options, heatmap.FieldConfig>
  | Panel<"stat", stat.Options, Record<string, never>>
  | Panel<"table", TableOptions, schema.TableFieldOptions>
  | Panel<"timeseries", timeseries.Options, timeseries.FieldConfig>;

/** A table had a footer up to Grafana 12.1; later ones do not read it. */
interface TableOptions extends table.Options {
  footer?: { show: boolean; reducer: string[]; countRows: boolean; enablePagination: boolean };
}

/** A variable with the fields of an interval and of a query, which the schema leaves out. */
type Variable = Json<raw.VariableModel> & { auto?: boolean; auto_min?: string; auto_count?: number; definition?: string };

type Annotation = Omit<Json<raw.AnnotationQuery>, "target"> & {
  target: PrometheusQuery;
  // Prometheus' own fields of an annotation.
  expr: string;
  step: string;
  titleFormat: string;
  textFormat: string;
  tagKeys: string;
};

/** A dashboard's file. */
export type Provisioned = Omit<Json<raw.Dashboard>, "panels" | "annotations" | "templating"> & {
  uid: string;
  title: string;
  annotations: { list: Annotation[] };
  templating: { list: Variable[] };
  panels: (Row | Shown)[];
};
