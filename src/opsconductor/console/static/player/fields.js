// What a panel's fieldConfig says about one series or column: defaults, then matching overrides.

function matches(matcher, name, refId) {
  switch (matcher.id) {
    case "byName":
      return matcher.options === name;
    case "byRegexp":
      return toRegExp(matcher.options).test(name);
    case "byFrameRefID":
      return matcher.options === refId;
    default:
      return false;
  }
}

/** "/pattern/flags", or a bare pattern, as a RegExp. */
export function toRegExp(text) {
  const written = /^\/(.*)\/([gimsuy]*)$/.exec(text);
  return written ? new RegExp(written[1], written[2].replace("g", "")) : new RegExp(text);
}

/** The properties in force for a series, `custom` included. */
export function fieldConfig(panel, name, refId = "") {
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  const config = { ...defaults, custom: { ...defaults.custom } };
  for (const override of overrides) {
    if (!matches(override.matcher, name, refId)) continue;
    for (const { id, value } of override.properties) {
      if (id.startsWith("custom.")) config.custom[id.slice(7)] = value;
      else config[id] = value;
    }
  }
  return config;
}

/** Text and colour that the first fitting value mapping gives; null where none fits. */
export function mapped(value, mappings = []) {
  const text = String(value ?? "");
  const ordered = mappings.flatMap((mapping) => {
    if (mapping.type === "value") {
      return Object.entries(mapping.options).map(([key, result]) => ({ result, fits: key === text }));
    }
    const { result } = mapping.options;
    if (mapping.type === "regex") return [{ result, fits: toRegExp(mapping.options.pattern).test(text) }];
    if (mapping.type === "range") {
      const { from, to } = mapping.options;
      const number = Number(value);
      return [{ result, fits: (from ?? -Infinity) <= number && number <= (to ?? Infinity) }];
    }
    const empty = value === null || value === undefined;
    const special = { null: empty, nan: Number.isNaN(value), empty: value === "" };
    return [{ result, fits: special[mapping.options.match] ?? false }];
  });
  ordered.sort((a, b) => (a.result.index ?? 0) - (b.result.index ?? 0));
  return ordered.find(({ fits }) => fits)?.result ?? null;
}
