/** Cited text as shared/kit/cited.py writes it: [[E3f9a2c1d]] is a number of the ledger, [[=Pier 4]] a name printed as it stands. */
const TOKEN = /\[\[(?:=([\s\S]*?)\]\](?!\])|(E[0-9a-f]{8})\]\])/g;

export type Piece = { kind: "text"; text: string } | { kind: "number"; key: string; text: string };

/** Cut a text into what is read and the numbers that can be opened. */
export function pieces(text: string, numbers: Readonly<Record<string, string>>): Piece[] {
  const found: Piece[] = [];
  const say = (more: string) => {
    const last = found.at(-1);
    if (last?.kind === "text") last.text += more;
    else if (more) found.push({ kind: "text", text: more });
  };
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    say(text.slice(end, match.index));
    const [whole, name, key] = match;
    if (key) found.push({ kind: "number", key, text: numbers[key] ?? key });
    else say(name ?? "");
    end = match.index + whole.length;
  }
  say(text.slice(end));
  return found;
}

/** The text as plain words. */
export const plain = (text: string, numbers: Readonly<Record<string, string>>): string =>
  pieces(text, numbers).map((piece) => piece.text).join("");
