type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Read = (variable: string) => string;

/** The engine's colours (services/analysis/charts.py) and the tokens they become here. */
const COLOURS: Readonly<Record<string, string>> = { "#d1495b": "--accent-fill", "#8fa3ad": "--mark", "#333333": "--ok-mark" };

/** Return a specification in the tokens of the theme, as wide as its place. */
export function themed(spec: object, read: Read, width: number): Json {
  const { title: _said, ...bare } = recoloured(spec as Json, read) as { [key: string]: Json };
  return { ...bare, width, height: heightOf(bare), autosize: { type: "fit", contains: "padding" }, background: null, config: config(read) };
}

function recoloured(value: Json, read: Read): Json {
  if (typeof value === "string") return COLOURS[value] ? read(COLOURS[value]) : value;
  if (Array.isArray(value)) return value.map((item) => recoloured(item, read));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, recoloured(item, read)]));
}

/** Bars across need room for each of them. */
function heightOf(spec: { [key: string]: Json }): number {
  const text = JSON.stringify(spec.layer ?? null);
  const across = /"y":\{"field":"c0","type":"nominal"/.test(text) || /"y":\{[^{}]*"type":"nominal"/.test(text);
  const rows = ((spec.data as { values?: Json[] } | undefined)?.values ?? []).length;
  return across ? Math.min(560, 56 + rows * 28) : 260;
}

function config(read: Read): Json {
  const font = "Inter, system-ui, sans-serif";
  const axis = { labelFont: font, titleFont: font, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500 };
  const colours = { labelColor: read("--text-3"), titleColor: read("--text-2"), gridColor: read("--line"), domainColor: read("--line-strong") };
  return {
    axis: { ...axis, ...colours, ticks: false, labelPadding: 6, titlePadding: 10 },
    axisX: { grid: false, labelOverlap: "greedy", labelSeparation: 12 },
    axisTemporal: { format: "%b %Y", labelOverlap: "greedy", tickCount: 8 },
    view: { stroke: null },
    bar: { cornerRadiusEnd: 2, color: read("--mark") },
    line: { strokeWidth: 2, point: { color: read("--accent-fill"), size: 36 } },
    point: { size: 40, filled: true, color: read("--accent-fill") },
    rule: { strokeWidth: 1.5 },
    legend: { labelFont: font, titleFont: font, labelColor: read("--text-2"), titleColor: read("--text-2") },
    range: { category: ["--accent-fill", "--mark", "--ok-mark", "--warn-mark", "--stale", "--bad"].map(read) },
  };
}
