// Colours by the names that dashboards use, in the theme that is in force.

// Neighbours differ in hue and lightness; the first ones are the easiest to tell apart.
const CLASSIC = Array.from({ length: 20 }, (_, at) => `series-${at + 1}`);
// Which of them look alike, in either theme: blue, violet, orange, yellow, green, teal, pink.
const ALIKE = [[1, 14], [4, 8, 11, 19], [2, 9, 13], [7, 15, 17], [3, 10, 18], [5, 12], [6, 16, 20]];
const HUES = new Map(ALIKE.flatMap((places, hue) => places.map((place) => [place - 1, hue])));
const styles = () => getComputedStyle(document.documentElement);

/** A CSS variable's value in the theme that is in force. */
export function token(name) {
  return styles().getPropertyValue(`--${name}`).trim();
}

/** A colour by Grafana's name (“green”, “dark-red”, “#ff0000”, “text”). */
export function colour(name) {
  if (/^(#|rgb|hsl)/.test(name)) return name;
  if (name === "text") return token("text");
  return token(`hue-${name}`) || token(name) || token("hue-blue");
}

/** The place in the palette of a series, the same wherever a series of that name is drawn. */
export function placeOf(name) {
  let hash = 2166136261;
  for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0), 16777619);
  return (hash >>> 0) % CLASSIC.length;
}

/**
 * The colours of several series: a fixed one where the configuration names it, else by name; where
 * two names fall on one colour the later takes the next free one. So few series that each can have
 * a hue of its own get one: two violets are hard to tell apart.
 */
export function seriesColours(entries) {
  const places = placesOf(entries.filter(({ config }) => config.color?.mode !== "fixed").map(({ name }) => name));
  return entries.map(({ name, config }) =>
    config.color?.mode === "fixed" ? colour(config.color.fixedColor ?? "blue") : token(CLASSIC[places.get(name)]));
}

/** Each name's place in the palette; a line and its dashed twin have one name and one place. */
function placesOf(names) {
  const unique = [...new Set(names)].sort();
  const key = unique.length <= ALIKE.length ? (place) => HUES.get(place) : (place) => place;
  const taken = new Set();
  const places = new Map();
  for (const name of unique) {
    let place = placeOf(name);
    for (let tries = 0; taken.has(key(place)) && tries < CLASSIC.length; tries += 1) {
      place = (place + 1) % CLASSIC.length;
    }
    taken.add(key(place));
    places.set(name, place);
  }
  return places;
}

/** The colour with an opacity from 0 to 1. */
export function translucent(value, opacity) {
  const [red, green, blue] = channels(value);
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

/** `share` of one colour over another, opaque. */
export function mixed(over, under, share) {
  const [top, bottom] = [channels(over), channels(under)];
  const blend = top.map((channel, at) => Math.round(channel * share + bottom[at] * (1 - share)));
  return `rgb(${blend.join(", ")})`;
}

/** Red, green and blue of #rgb, #rrggbb or rgb(). */
export function channels(value) {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(value);
  if (short) return short.slice(1).map((digit) => Number.parseInt(digit + digit, 16));
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})/i.exec(value);
  if (long) return long.slice(1).map((digits) => Number.parseInt(digits, 16));
  const listed = value.match(/[\d.]+/g) ?? [128, 128, 128];
  return listed.slice(0, 3).map(Number);
}
