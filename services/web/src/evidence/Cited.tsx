import { pieces } from "../kit/cited";
import { useWords } from "../words/words";
import css from "./Cited.module.css";
import { useEvidence } from "./open";

type Numbers = Readonly<Record<string, string>>;

/** A text in which every number opens its evidence. */
export function Cited({ text, numbers }: { text: string; numbers: Numbers }) {
  return pieces(text, numbers).map((piece, index) =>
    // Pieces have no identity but their place.
    piece.kind === "text" ? <span key={index}>{piece.text}</span> : <NumberLink key={index} ledgerKey={piece.key} text={piece.text} />,
  );
}

/** One number; a click opens where it comes from. */
export function NumberLink({ ledgerKey, text }: { ledgerKey: string; text: string }) {
  const { open } = useEvidence();
  const { t } = useWords();
  return (
    <button
      type="button"
      className={css.number}
      aria-label={t("evidence.open", { number: text })}
      onClick={(event) => {
        event.stopPropagation();
        open(ledgerKey);
      }}
    >
      {text}
    </button>
  );
}
