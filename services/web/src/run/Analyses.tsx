
import type { Schemas } from "../api/client";
import { plain } from "../kit/cited";
import { ScreenLink } from "../kit/ScreenLink";
import { Mark, Status } from "../kit/Status";
import { VERDICTS } from "../kit/verdicts";
import { useWords } from "../words/words";
import css from "./Run.module.css";

interface Props {
  id: string;
  plans: readonly Schemas["AnalysisPlan"][];
  state: string | undefined;
  findings: readonly Schemas["Finding"][];
  verdicts: readonly Schemas["LeafVerdict"][] | undefined;
}

/** The planned analyses in the plan's order, and what became of each. */
export function Analyses({ id, plans, state, findings, verdicts }: Props) {
  const { t } = useWords();
  const verdictOf = (question: string) => verdicts?.find((one) => one.node_id === question)?.verdict;
  return (
    <section aria-labelledby="analyses">
      <div className={css.sectionHead}>
        <h2 className="section-title" id="analyses">
          {t("run.analyses")} <span className="meta num">{plans.length}</span>
        </h2>
        <span className="meta">{t("run.byPlan")}</span>
      </div>
      <ul className={css.analyses}>
        {plans.map((plan, index) => {
          const verdict = verdictOf(plan.question_id);
          const found = findings.filter((finding) => finding.hypothesis_id === plan.question_id);
          return (
            <li key={plan.question_id}>
              <span className={css.analysisState}>
                {verdict ? <Mark look={VERDICTS[verdict]} /> : <Status state={state === "running" ? "running" : state === "completed" ? "completed" : "queued"} />}
              </span>
              <span className="meta num">5.{index + 1}</span>
              <ScreenLink id={id} screen="plan" item={plan.question_id} className={css.analysisName}>
                {plain(plan.title, {})}
              </ScreenLink>
              <span className={css.analysisCount}>
                {found.length > 0 && (
                  <ScreenLink id={id} screen="analysis" item={found[0]?.id}>
                    {t("run.findings", { n: found.length })}
                  </ScreenLink>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
