import { useInterval } from "@mantine/hooks";
import { type ReactNode, useEffect, useState } from "react";

import { useConnection } from "../api/connection";
import { Icon } from "../kit/Icon";
import { clock, count } from "../words/numbers";
import { useWords } from "../words/words";
import css from "./Shell.module.css";

/** The bar of a page: where one is on the left, its actions and the line to the server on the right. */
export function TopBar({ children, right }: { children: ReactNode; right?: ReactNode }) {
  return (
    <header className={css.topbar}>
      {children}
      <div className={css.right}>
        {right}
        <LivePill />
      </div>
    </header>
  );
}

/** Live, reconnecting or offline: whether what is shown is what the server knows. */
export function LivePill() {
  const { line, attempt, seq, heardAt } = useConnection();
  const { t, language } = useWords();
  const now = useNow(1000);
  const since = Math.max(0, Math.round((now - heardAt) / 1000));
  const said = {
    live: t("line.heard", { seconds: since }),
    reconnecting: seq === null ? t("line.try", { n: attempt }) : t("line.replay", { n: attempt, seq: count(seq, language) }),
    offline: t("line.shows", { time: clock(new Date(heardAt).toISOString(), language) }),
  }[line];
  return (
    <>
      {line !== "live" && <span className={`meta num ${css.optional}`}>{said}</span>}
      <span className={css.pill} data-line={line} role="status" title={said}>
        {line === "live" ? <span className={css.dot} /> : <Icon name={line === "offline" ? "circle-x" : "refresh"} size={13} />}
        {t(`line.${line}`)}
      </span>
    </>
  );
}

/** The time, moving. */
export function useNow(milliseconds: number): number {
  const [now, setNow] = useState(() => Date.now());
  const { start, stop } = useInterval(() => setNow(Date.now()), milliseconds);
  useEffect(() => {
    start();
    return stop;
  }, [start, stop]);
  return now;
}
