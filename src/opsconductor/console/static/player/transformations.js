// Grafana's table transformations that the dashboards use, over frames of {name, values} fields.

function atPath(value, path) {
  return path.split(".").reduce((inner, key) => inner?.[key], value);
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {}; // a line that is not JSON has no such field
  }
}

function extractFields(frame, options) {
  const source = frame.find((field) => field.name === options.source);
  if (!source) return frame;
  const objects = source.values.map(parsed);
  const paths = options.jsonPaths?.length
    ? options.jsonPaths
    : [...new Set(objects.flatMap((object) => Object.keys(object)))].map((path) => ({ path }));
  const extracted = paths.map(({ path, alias }) => ({
    name: alias || path,
    values: objects.map((object) => atPath(object, path) ?? null),
  }));
  const time = options.keepTime ? frame.filter((field) => field.type === "time") : [];
  return options.replace ? [...time, ...extracted] : [...frame, ...extracted];
}

function organize(frame, options) {
  const { excludeByName = {}, indexByName = {}, renameByName = {} } = options;
  return frame
    .filter((field) => !excludeByName[field.name])
    .map((field, at) => ({ field, at: indexByName[field.name] ?? 1000 + at }))
    .sort((a, b) => a.at - b.at)
    .map(({ field }) => ({ ...field, name: renameByName[field.name] ?? field.name }));
}

function sortBy(frame, options) {
  const [rule] = options.sort ?? [];
  const key = frame.find((field) => field.name === rule?.field);
  return key ? reordered(frame, key, rule.desc) : frame;
}

function filterFieldsByName(frame, options) {
  const names = options.include?.names;
  return names ? frame.filter((field) => names.includes(field.name)) : frame;
}

function limit(frame, options) {
  const most = Number(options.limitField ?? 10);
  return frame.map((field) => ({ ...field, values: field.values.slice(0, most) }));
}

/**
 * Frames as one: a row for the rows that agree in every field that frames share. What a frame does
 * not say of a row is null there.
 */
export function merge(frames) {
  const names = [...new Set(frames.flatMap((frame) => frame.map(({ name }) => name)))];
  const shared = names.filter((name) => frames.filter((frame) => frame.some((field) => field.name === name)).length > 1);
  const rows = new Map();
  for (const frame of frames) {
    const length = frame[0]?.values.length ?? 0;
    for (let at = 0; at < length; at += 1) {
      const row = Object.fromEntries(frame.map(({ name, values }) => [name, values[at]]));
      const key = JSON.stringify(shared.map((name) => row[name] ?? null));
      rows.set(key, { ...rows.get(key), ...row });
    }
  }
  const types = new Map(frames.flat().map(({ name, type }) => [name, type]));
  const made = [...rows.values()];
  return names.map((name) => ({ name, type: types.get(name), values: made.map((row) => row[name] ?? null) }));
}

const KNOWN = { extractFields, organize, sortBy, filterFieldsByName, limit };

/** The frame with its rows in the order of one field. */
export function reordered(frame, key, descending) {
  const order = key.values.map((_, at) => at);
  const sign = descending ? -1 : 1;
  order.sort((a, b) => sign * compare(key.values[a], key.values[b]));
  return frame.map((field) => ({ ...field, values: order.map((at) => field.values[at]) }));
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""));
}

/** The frame after every transformation; one that is not known is an error that names it. */
export function transform(frames, steps = []) {
  const [first = []] = steps
    .filter((step) => !step.disabled)
    .reduce((current, step) => {
      if (step.id === "merge") return [merge(current)];
      const apply = KNOWN[step.id];
      if (!apply) throw new Error(`the transformation “${step.id}” is not known to this console`);
      return current.map((frame) => apply(frame, step.options ?? {}));
    }, frames);
  return first;
}

/** An instant vector as a frame: Time, the labels, and the value under a name. */
export function vectorFrame(result, valueName = "Value") {
  const labels = [...new Set(result.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return [
    { name: "Time", type: "time", values: result.map(({ value }) => value[0] * 1000) },
    ...labels.map((name) => ({ name, values: result.map(({ metric }) => metric[name] ?? "") })),
    { name: valueName, values: result.map(({ value }) => Number(value[1])) },
  ];
}

/** Log streams as a frame, newest line first: labels, Time, Line. */
export function streamFrame(result) {
  const lines = result.flatMap(({ stream, values }) =>
    values.map(([nanoseconds, line]) => ({ stream, time: Number(nanoseconds.slice(0, -6)), line })),
  );
  lines.sort((a, b) => b.time - a.time);
  return [
    { name: "labels", values: lines.map(({ stream }) => stream) },
    { name: "Time", type: "time", values: lines.map(({ time }) => time) },
    { name: "Line", values: lines.map(({ line }) => line) },
  ];
}
