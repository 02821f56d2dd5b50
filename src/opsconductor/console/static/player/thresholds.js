// Which colour a value has by a panel's thresholds, and which lines a graph draws.

/** The colour of the last step that the value has reached. */
export function colourAt(value, thresholds, min = 0, max = 1) {
  const steps = thresholds?.steps ?? [];
  const scale = thresholds?.mode === "percentage" ? (max - min) / 100 : 1;
  const offset = thresholds?.mode === "percentage" ? min : 0;
  let colour = steps[0]?.color ?? "green";
  for (const step of steps) {
    if (step.value === null || step.value === undefined) colour = step.color;
    else if (value >= offset + step.value * scale) colour = step.color;
  }
  return colour;
}

/** The steps that a graph draws: value, colour, until which value, and whether line or area. */
export function drawnSteps(config) {
  const mode = config.custom?.thresholdsStyle?.mode ?? "off";
  if (mode === "off" || mode === "series") return [];
  const steps = config.thresholds?.steps ?? [];
  return steps
    .map((step, at) => ({
      value: step.value,
      until: steps[at + 1]?.value ?? Infinity,
      colour: step.color,
      line: mode.includes("line") || mode.includes("dashed"),
      dashed: mode.includes("dashed"),
      area: mode.includes("area"),
    }))
    .filter((step) => step.value !== null && step.value !== undefined);
}
