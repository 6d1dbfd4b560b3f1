export type Values = Record<string, string | number>;

/** Fill the slots of a text. "one thing|{n} things" takes the first half when n is 1; a language without the difference writes one half. */
export function format(text: string, values: Values = {}): string {
  const [one = text, many] = text.split("|");
  const chosen = many === undefined || values.n === 1 ? one : many;
  return chosen.replace(/\{(\w+)\}/g, (slot, name: string) => String(values[name] ?? slot));
}
