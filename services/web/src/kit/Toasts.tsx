import { useSyncExternalStore } from "react";

import { useWords } from "../words/words";
import { Icon } from "./Icon";
import { toastStore } from "./said";
import css from "./Toasts.module.css";

/** What was just done or refused, bottom right, three at most. */
export function Toasts() {
  const { t } = useWords();
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <div className={css.stack}>
      {toasts.map(({ id, tone, title, detail, undo }) => (
        <div key={id} className={css.toast} data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
          <Icon name={tone === "bad" ? "circle-x" : "circle-check"} />
          <div className={css.words}>
            <b>{title}</b>
            {detail && <p>{detail}</p>}
          </div>
          {undo && (
            <button
              type="button"
              className={css.undo}
              onClick={() => {
                undo();
                toastStore.close(id);
              }}
            >
              {t("action.undo")}
            </button>
          )}
          <button type="button" className={css.close} aria-label={t("action.close")} onClick={() => toastStore.close(id)}>
            <Icon name="x" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
