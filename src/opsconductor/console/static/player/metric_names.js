// Which metrics a PromQL expression reads, well enough to say which one is missing.

const WORDS = new Set(["and", "or", "unless", "bool", "offset", "atan2", "start", "end", "inf", "nan", "by", "without", "on", "ignoring", "group_left", "group_right"]);
const STRIPPED = [
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/g, // strings, before braces that may stand in them
  /\{[^}]*\}/g,
  /\[[^\]]*\]/g,
  /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g,
  /(?<![\w:])\d[\w.]*(?:[eE][-+]?\d+)?/g,
];
const NAME = /[A-Za-z_:][\w:]*(?!\s*\(|[\w:])/g;

/** The names, each once, in the order in which they stand there. */
export function metricNames(expression) {
  const bare = STRIPPED.reduce((text, pattern) => text.replace(pattern, " "), expression);
  return [...new Set(bare.match(NAME) ?? [])].filter((name) => !WORDS.has(name.toLowerCase()));
}
