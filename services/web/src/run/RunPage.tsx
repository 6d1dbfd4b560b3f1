import { useQuery } from "@tanstack/react-query";

import { findings, plans, synthesis } from "../api/queries";
import { Cited } from "../evidence/Cited";
import { useWords } from "../words/words";
import { Analyses } from "./Analyses";
import { LogPanel } from "./LogPanel";
import { NeedsYou } from "./NeedsYou";
import css from "./Run.module.css";
import { Stepper } from "./Stepper";
import { Tables } from "./Tables";
import { useProblem } from "./useProblem";

/** The run as it happens: the steps, what needs a person, the answer so far, the analyses, the log. */
export function RunPage() {
  const { t } = useWords();
  const { id, run, stale, newest, decided, problem } = useProblem();
  const answer = useQuery({ ...synthesis(id), enabled: decided.has("synthesize") }).data;
  const planned = useQuery({ ...plans(id), enabled: decided.has("plan") }).data?.data.decision.plans;
  const found = useQuery({ ...findings(id), enabled: decided.has("analyze") }).data?.data;
  if (!problem) return null;
  return (
    <div className={css.run}>
      <Stepper id={id} run={run} stale={stale} newest={newest} />
      <div className={css.columns}>
        <div className={css.left}>
          {answer && (
            <section aria-labelledby="answer">
              <h2 className="meta" id="answer">
                {t("run.answer", { n: found?.findings.length ?? 0 })}
              </h2>
              <p className={css.answer}>
                <Cited text={answer.data.decision.governing_answer} numbers={answer.data.numbers} />
              </p>
            </section>
          )}
          <NeedsYou id={id} run={run} stale={stale} problem={problem} />
          {!run && <Tables datasets={problem.datasets} />}
          {planned && (
            <Analyses plans={planned} state={newest.get("analyze")?.status} findings={found?.findings ?? []} verdicts={answer?.data.decision.leaf_verdicts} id={id} />
          )}
        </div>
        {run && <LogPanel run={run} />}
      </div>
    </div>
  );
}
