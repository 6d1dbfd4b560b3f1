import { useWords, type Key } from "../words/words";

/** The heads of a table's columns, in the reader's language. */
export function Heads({ words }: { words: readonly Key[] }) {
  const { t } = useWords();
  return words.map((word) => (
    <th key={word} scope="col">
      {t(word)}
    </th>
  ));
}
