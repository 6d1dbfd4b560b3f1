import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { Loading } from "../kit/Loading";
import { NotYet } from "../kit/NotYet";
import { useWords } from "../words/words";
import { IssueTable } from "./IssueTable";
import { Matrix } from "./Matrix";
import css from "./Priorities.module.css";
import { ReasonForm } from "./ReasonForm";
import { type Override, usePriorities } from "./usePriorities";

/** Which questions are worth the work: the matrix and the table are one state, and a change asks for its reason. */
export function PrioritiesPage() {
  const { t } = useWords();
  const { item } = useSearch({ from: "/problems/$id" });
  const navigate = useNavigate();
  const { found, issues, isPending, override } = usePriorities();
  const [asked, ask] = useState<Omit<Override, "reason"> | null>(null);
  if (isPending) return <Loading />;
  if (!found) return <NotYet step="prioritize" />;
  const choose = (id: string) => void navigate({ to: ".", search: (known: object) => ({ ...known, item: id }), replace: true });
  const kept = issues.filter((issue) => issue.is_recommended).length;
  return (
    <div className={css.columns}>
      <section className={css.matrixSide} aria-labelledby="matrix">
        <header className={css.head}>
          <h2 className="section-title" id="matrix">
            {t("matrix.title")}
          </h2>
          <span className="meta">{t("matrix.keys")}</span>
        </header>
        <Matrix issues={issues} chosen={item} choose={choose} change={ask} />
        <div className={css.stability}>
          <h3 className="section-title">{t("matrix.stable")}</h3>
          <p>{t("matrix.stability", { share: Math.round(found.decision.stability * 100) })}</p>
          <p className="meta">{t("matrix.formula", { formula: found.decision.formula })}</p>
        </div>
      </section>
      <section className={css.tableSide} aria-labelledby="issues">
        <header className={css.head}>
          <h2 className="section-title" id="issues">
            {t("matrix.issues", { n: issues.length })} <span className="meta">{t("matrix.kept", { n: kept })}</span>
          </h2>
        </header>
        <IssueTable issues={issues} numbers={found.numbers} chosen={item} choose={choose} change={ask} />
      </section>
      {asked && (
        <ReasonForm
          change={asked}
          issue={issues.find((issue) => issue.node_id === asked.node)}
          close={() => ask(null)}
          save={(reason) => override({ ...asked, reason })}
        />
      )}
    </div>
  );
}
