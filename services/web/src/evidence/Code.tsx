import { CopyButton } from "@mantine/core";

import { Icon } from "../kit/Icon";
import { useWords } from "../words/words";
import css from "./Code.module.css";

const WORDS = /\b(select|from|where|group by|order by|and|or|not|in|is|null|as|on|join|left|inner|over|partition by|filter|case|when|then|else|end|with|having|limit|union|all|between|like|cast|distinct)\b/gi;

/** A query or a formula, with the words of SQL marked, and a button that copies it. */
export function Code({ text, sql = false }: { text: string; sql?: boolean }) {
  const { t } = useWords();
  return (
    <div className={css.box}>
      <pre className={css.code} tabIndex={0}>
        {sql ? marked(text) : text}
      </pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <button type="button" className={css.copy} onClick={copy}>
            <Icon name={copied ? "check" : "copy"} size={14} />
            {copied ? t("action.copied") : t("action.copy")}
          </button>
        )}
      </CopyButton>
    </div>
  );
}

/** Odd pieces of a split by a captured pattern are the matches. */
function marked(text: string) {
  return text.split(WORDS).map((part, index) => (index % 2 ? <b key={index}>{part}</b> : part));
}
