import type { Schemas } from "../api/client";
import { STEPS, type Step } from "../api/queries";
import { Icon, type IconName } from "../kit/Icon";
import { ScreenLink } from "../kit/ScreenLink";
import { screenOf } from "../kit/screens";
import { LOOKS, type State, stepState } from "../kit/state";
import { useNow } from "../shell/TopBar";
import { duration } from "../words/numbers";
import { useWords } from "../words/words";
import css from "./Stepper.module.css";

type Execution = Schemas["ExecutionView"];
interface Props {
  id: string;
  run: Schemas["RunView"] | undefined;
  stale: readonly Step[];
  newest: ReadonlyMap<Step, Execution>;
}

/** The seven steps with one fact and the time under each; the line to the next fills by the share done. */
export function Stepper({ id, run, stale, newest }: Props) {
  const { t } = useWords();
  return (
    <ol className={css.steps} aria-label={t("run.steps")}>
      {STEPS.map((step, index) => {
        const one = run?.executions.find((found) => found.step === step) ?? newest.get(step);
        const state = stepState(one, run, stale);
        return (
          <li key={step} className={css.step} data-state={state}>
            <div className={css.line}>
              <Circle state={state} number={index + 1} />
              {index < STEPS.length - 1 && (
                <span className={css.track}>
                  <i style={{ width: `${state === "completed" || state === "stale" ? 100 : (one?.progress_percentage ?? 0)}%` }} />
                </span>
              )}
            </div>
            <ScreenLink id={id} screen={screenOf(step)} className={css.name}>
              {index + 1} {t(`step.${step}`)}
            </ScreenLink>
            <span className={css.fact}>
              <Fact one={one} state={state} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const INSIDE: Partial<Record<State, IconName>> = {
  completed: "check",
  running: "clock",
  waiting: "eye",
  failed: "x",
  cancelled: "ban",
  stale: "history",
};

function Circle({ state, number }: { state: State; number: number }) {
  const icon = INSIDE[state];
  return <span className={css.circle}>{icon ? <Icon name={icon} size={14} /> : number}</span>;
}

function Fact({ one, state }: { one: Execution | undefined; state: State }) {
  const { t } = useWords();
  const now = useNow(1000);
  if (!one || state === "draft" || state === "queued") return t("run.later");
  if (state === "running" && one.started_at) {
    return `${one.progress_percentage}% · ${duration((now - new Date(one.started_at).getTime()) / 1000)}`;
  }
  const took = one.actual_duration === null ? "" : ` · ${duration(one.actual_duration)}`;
  return `${t(LOOKS[state].word)}${took}`;
}
