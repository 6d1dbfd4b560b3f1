import { useWords } from "../words/words";
import { Icon } from "./Icon";
import { LOOKS, type Look, type State } from "./state";
import css from "./Status.module.css";

/** A state as icon, word and colour. `filled` marks the one state of the page; in tables it has no fill. */
export function Status({ state, filled = false }: { state: State; filled?: boolean }) {
  return <Mark look={LOOKS[state]} filled={filled} turning={state === "running"} />;
}

export function Mark({ look, filled = false, turning = false }: { look: Look; filled?: boolean; turning?: boolean }) {
  const { t } = useWords();
  return (
    <span className={css.mark} data-tone={look.tone} data-filled={filled || undefined}>
      <Icon name={look.icon} size={15} className={turning ? css.turning : undefined} />
      {t(look.word)}
    </span>
  );
}
