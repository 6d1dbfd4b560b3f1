import { useWords } from "../words/words";
import type { State } from "./state";
import css from "./StepMeter.module.css";

const SEVEN = [0, 1, 2, 3, 4, 5, 6];

/** Seven bars and "4/7": ink is done, and the bar that is at work, waits or has failed is coloured. */
export function StepMeter({ done, state }: { done: number; state: State }) {
  const { t } = useWords();
  return (
    <span className={css.meter} role="img" aria-label={t("meter.done", { done })}>
      {SEVEN.map((bar) => (
        <i key={bar} data-bar={bar < done ? "done" : bar === done ? state : "later"} />
      ))}
      <span className="meta num">{done}/7</span>
    </span>
  );
}
