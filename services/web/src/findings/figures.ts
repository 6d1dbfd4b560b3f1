import type { Schemas } from "../api/client";
import type { Key } from "../words/words";
import type { Values } from "../words/format";
import { factsOf } from "./statement";

interface Figure {
  label: string | { word: Key; values?: Values };
  parts: { key: string; text: string }[];
}
type Finding = Pick<Schemas["Finding"], "template" | "statement" | "facts">;

const FIRST = ["difference", "value", "baseline", "share", "effect"] as const;

/** The figures a finding is known by, as its own sentence writes them: the effect first, then the interval, q and n. Five at most. */
export function figuresOf(finding: Finding, keys: Readonly<Record<string, string>>): Figure[] {
  const { displays } = factsOf(finding.template, finding.statement);
  const part = (name: string) => ({ key: keys[name] ?? "", text: displays[name] ?? "" });
  const known = (name: string) => Boolean(keys[name] && displays[name]);
  const label = (name: string) => finding.facts.find((fact) => fact.name === name)?.label ?? name;
  const figures: Figure[] = FIRST.filter(known)
    .slice(0, 2)
    .map((name) => ({ label: label(name), parts: [part(name)] }));
  if (known("ci_low") && known("ci_high")) {
    figures.push({ label: { word: "figures.interval", values: { level: displays.level ?? "95%" } }, parts: [part("ci_low"), part("ci_high")] });
  }
  if (known("q")) figures.push({ label: { word: "figures.q" }, parts: [part("q")] });
  if (known("n")) figures.push({ label: { word: "figures.n" }, parts: [part("n")] });
  return figures;
}

/** A finding in a line: its effect and how many records it stands on. */
export function gist(finding: Finding, keys: Readonly<Record<string, string>>, records: string): string {
  const figures = figuresOf(finding, keys);
  const first = figures[0];
  const n = figures.find(({ label }) => typeof label !== "string" && label.word === "figures.n");
  const effect = first && first !== n ? `${typeof first.label === "string" ? first.label : ""} ${first.parts[0]?.text ?? ""}`.trim() : "";
  return [effect, n && `${records.toLocaleLowerCase()} ${n.parts[0]?.text ?? ""}`].filter(Boolean).join(", ");
}
