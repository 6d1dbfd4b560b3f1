import { STEPS } from "../api/queries";
import { Icon } from "../kit/Icon";
import { ScreenLink } from "../kit/ScreenLink";
import { screenOf } from "../kit/screens";
import { LOOKS, stepState } from "../kit/state";
import { useWords } from "../words/words";
import css from "./Run.module.css";
import { useProblem } from "./useProblem";

/** The seven steps as the way through a problem's screens; a stale step says so. */
export function StepRail({ id, current }: { id: string; current: string }) {
  const { t } = useWords();
  const { run, stale, newest } = useProblem();
  return (
    <nav className={css.rail} aria-label={t("run.steps")}>
      <ScreenLink id={id} screen="run" className={css.railItem}>
        <Icon name="list" />
        {t("run.overview")}
      </ScreenLink>
      {STEPS.map((step, index) => {
        const state = stepState(newest.get(step), run, stale);
        const look = LOOKS[state === "draft" ? "queued" : state];
        const screen = screenOf(step);
        return (
          <ScreenLink
            key={step}
            id={id}
            screen={screen}
            className={css.railItem}
            data-active={screen === current || undefined}
            aria-current={screen === current ? "step" : undefined}
            aria-label={`${index + 1} ${t(`step.${step}`)}, ${t(state === "draft" ? "state.draft" : look.word)}`}
          >
            <Icon name={look.icon} className={css[`tone-${look.tone}`]} />
            <span className="num">{index + 1}</span> {t(`step.${step}`)}
          </ScreenLink>
        );
      })}
      <ScreenLink id={id} screen="history" className={css.railItem} data-active={current === "history" || undefined}>
        <Icon name="history" />
        {t("run.history")}
      </ScreenLink>
    </nav>
  );
}
