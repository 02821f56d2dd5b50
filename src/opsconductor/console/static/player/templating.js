// Variables in queries, legends and links: $name, ${name}, ${name:format}, [[name]].

const REFERENCE = /\$\{([\w.]+)(?::(\w+))?\}|\$(\w+)|\[\[(\w+)\]\]/g;
export const ALL = "$__all";

/** Characters that mean something in RE2, made literal for use inside a PromQL string. */
export function regexEscape(value) {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, "\\\\$&");
}

function asRegex(values) {
  return values.length === 1 ? regexEscape(values[0]) : `(${values.map(regexEscape).join("|")})`;
}

const FORMATS = {
  raw: (values) => values.join(","),
  csv: (values) => values.join(","),
  pipe: (values) => values.join("|"),
  regex: asRegex,
  percentencode: (values) => encodeURIComponent(values.join(",")),
  text: (values) => values.join(" + "),
};

/**
 * The text with every known variable replaced; unknown ones stay, so that a query says what it
 * misses. A variable is a string, or {values, all} for one that takes several: `all` is what stands
 * for the choice of everything.
 */
export function interpolate(text, variables, format = "regex") {
  return String(text).replace(REFERENCE, (whole, braced, wanted, plain, bracketed) => {
    const variable = variables[braced ?? plain ?? bracketed];
    if (variable === undefined) return whole;
    if (typeof variable === "string") {
      return wanted === "percentencode" ? encodeURIComponent(variable) : variable;
    }
    if (variable.values.includes(ALL)) return variable.all ?? asRegex(variable.options ?? []);
    return (FORMATS[wanted ?? format] ?? asRegex)(variable.values);
  });
}

/** A legend's {{label}} replaced by the series' labels; without a format, the series as PromQL. */
export function seriesName(format, labels) {
  if (format) return format.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name) => labels[name] ?? "");
  const { __name__: metric = "", ...rest } = labels;
  const inner = Object.entries(rest).map(([name, value]) => `${name}="${value}"`);
  return inner.length ? `${metric}{${inner.join(", ")}}` : metric || "value";
}
