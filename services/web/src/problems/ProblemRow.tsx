import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { ScreenLink } from "../kit/ScreenLink";
import { screenOf } from "../kit/screens";
import { Status } from "../kit/Status";
import { StepMeter } from "../kit/StepMeter";
import { stepNumber } from "../kit/state";
import { useNow } from "../shell/TopBar";
import { ago } from "../words/numbers";
import { useWords } from "../words/words";
import { standingOf } from "./groups";
import css from "./ProblemTable.module.css";
import type { Listed } from "./useProblems";

/** One problem. The whole row opens it; a row that needs a person says why and has the button for it. */
export function ProblemRow({ problem, onOpen }: { problem: Listed; onOpen: () => void }) {
  const { t, language } = useWords();
  const now = useNow(30_000);
  const state = standingOf(problem);
  const run = problem.run;
  const name = run ? t(`step.${run.step}`) : "";
  return (
    // The link in it does the same for the keyboard.
    <div className={`${css.grid} ${css.row}`} role="row" onClick={onOpen}>
      <span role="cell" className={css.title}>
        <Link to="/problems/$id" params={{ id: problem.id }} onClick={(event) => event.stopPropagation()}>
          {problem.title ?? t("list.untitled")}
        </Link>
      </span>
      <span role="cell" className={css.second}>
        {run && `${stepNumber(run.step)} ${name}`}
      </span>
      <span role="cell">{run && <StepMeter done={run.steps_done} state={state} />}</span>
      <span role="cell">
        <Status state={state} />
      </span>
      <span role="cell" className={css.second}>
        {problem.submitter}
      </span>
      <span role="cell" className={css.time}>
        <time dateTime={problem.updated_at} title={problem.updated_at}>
          {ago(problem.updated_at, new Date(now), t, language)}
        </time>
      </span>
      {run && (state === "waiting" || state === "failed") && (
        <span role="cell" className={css.needs}>
          <span>{state === "waiting" ? t("list.waits", { step: t(`step.${run.awaited ?? run.step}`) }) : t("list.broke", { step: name, n: run.steps_done })}</span>
          <Button
            component={ScreenLink}
            size="compact-xs"
            variant="default"
            id={problem.id}
            screen={run.awaited ? screenOf(run.awaited) : "run"}
            onClick={(event: React.MouseEvent) => event.stopPropagation()}
          >
            {state === "waiting" ? t("list.review") : t("list.see")}
          </Button>
        </span>
      )}
    </div>
  );
}
