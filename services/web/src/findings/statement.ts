import type { Piece } from "../kit/cited";

const SLOT = /\[\[=([\s\S]*?)\]\](?!\])|\{([a-z][a-z0-9_]*)\}/g;
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A finding's sentence with its numbers: the template says where they stand, the statement how they are written. */
export function factsOf(template: string, statement: string): { names: string[]; displays: Record<string, string> } {
  const names: string[] = [];
  let pattern = "";
  let end = 0;
  for (const match of template.matchAll(SLOT)) {
    pattern += literal(template.slice(end, match.index));
    const [whole, quoted, slot] = match;
    if (slot) {
      names.push(slot);
      pattern += "([\\s\\S]+?)";
    } else pattern += literal(quoted ?? "");
    end = match.index + whole.length;
  }
  const found = new RegExp(`^${pattern}${literal(template.slice(end))}$`).exec(statement);
  const displays: Record<string, string> = {};
  if (found) names.forEach((name, index) => (displays[name] ??= found[index + 1] ?? ""));
  return { names: found ? names : [], displays };
}

/** The sentence as pieces; `keys` maps a fact to its entry in the ledger. */
export function statementPieces(template: string, statement: string, keys: Readonly<Record<string, string>>): Piece[] {
  const { names, displays } = factsOf(template, statement);
  if (!names.length) return [{ kind: "text", text: statement }];
  const found: Piece[] = [];
  let rest = statement;
  for (const name of names) {
    const display = displays[name] ?? "";
    const at = rest.indexOf(display);
    const key = keys[name];
    if (at < 0 || !key) continue;
    if (at > 0) found.push({ kind: "text", text: rest.slice(0, at) });
    found.push({ kind: "number", key, text: display });
    rest = rest.slice(at + display.length);
  }
  if (rest) found.push({ kind: "text", text: rest });
  return found;
}

/** The claim alone: what stands before the test's figures. */
export const claim = (statement: string): string => (statement.split(/; (?=\d+% CI|n = |every|difference)| \(\d+% CI/)[0] ?? statement).replace(/\.$/, "");
