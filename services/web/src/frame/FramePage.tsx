import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "../api/client";
import { frame } from "../api/queries";
import { Cited } from "../evidence/Cited";
import css from "../kit/Document.module.css";
import { Icon } from "../kit/Icon";
import { Loading } from "../kit/Loading";
import { NotYet } from "../kit/NotYet";
import page from "../kit/Page.module.css";
import { useProblem } from "../run/useProblem";
import { day } from "../words/numbers";
import { KeyNumber, useDisplays } from "../synthesis/KeyNumber";
import { useWords } from "../words/words";
import { FrameEditor } from "./FrameEditor";
import { Questions } from "./Questions";

type Numbers = Readonly<Record<string, string>>;

/** The problem as it was framed: the question, how success is measured, what is in and out, and what was assumed. */
export function FramePage() {
  const { t, language } = useWords();
  const { id, run } = useProblem();
  const { data, isPending } = useQuery(frame(id));
  if (isPending) return <Loading />;
  if (!data) return <NotYet step="frame" />;
  const { decision: framed, numbers, version, author } = data.data;
  const locked = run?.status === "running" && run.executions.some((one) => one.status === "running");
  return (
    <div className={css.page}>
      <div className={css.main}>
        <section>
          <p className="meta">{t("frame.version", { version, author })}</p>
          <FrameEditor id={id} framed={framed} numbers={numbers} etag={data.etag} locked={locked} />
        </section>
        <dl className={page.facts} style={{ gridTemplateColumns: "140px minmax(0, 1fr)" }}>
          <dt>{t("frame.decision")}</dt>
          <dd>
            <Cited text={framed.decision} numbers={numbers} />
          </dd>
          <dt>{t("frame.maker")}</dt>
          <dd>{framed.decision_maker}</dd>
          <dt>{t("frame.deadline")}</dt>
          <dd>{/^\d{4}-\d\d-\d\d$/.test(framed.deadline) ? day(framed.deadline, language) : framed.deadline || "n/a"}</dd>
        </dl>
        {framed.kpis.map((kpi) => (
          <Kpi key={kpi.name} kpi={kpi} numbers={numbers} id={id} />
        ))}
        <Block title={t("frame.in")} texts={framed.scope.include} numbers={numbers} />
        <Block title={t("frame.out")} texts={framed.scope.exclude} numbers={numbers} />
        <Block title={t("frame.constraints")} texts={framed.constraints} numbers={numbers} />
        <Block title={t("frame.success")} texts={framed.success_criteria} numbers={numbers} />
      </div>
      <section className={css.side} aria-label={t("frame.questions")}>
        <Questions framed={framed} numbers={numbers} id={id} etag={data.etag} locked={locked} />
        <Block title={t("frame.assumptions")} texts={framed.assumptions.map((one) => one.text)} numbers={numbers} />
        <section>
          <h2 className="section-title">{t("frame.stakeholders")}</h2>
          <ul className={css.list}>
            {framed.stakeholders.map((one) => (
              <li key={one.role}>
                {one.role} {one.can_veto && <span className={page.tag}>{t("frame.veto")}</span>}
                <p className="meta">
                  <Cited text={one.interest} numbers={numbers} />
                </p>
              </li>
            ))}
          </ul>
        </section>
      </section>
    </div>
  );
}

function Kpi({ kpi, numbers, id }: { kpi: Schemas["Kpi"]; numbers: Numbers; id: string }) {
  const { t } = useWords();
  const displays = useDisplays(id, kpi, numbers);
  const figures = [
    [t("frame.baseline"), kpi.baseline_key],
    [t("frame.target"), kpi.target_key],
    [t("synthesis.gap"), kpi.gap_key],
  ] as const;
  return (
    <section className={css.card}>
      <h3 className="section-title">
        {kpi.name} <span className="meta">{kpi.window && <Cited text={kpi.window} numbers={numbers} />}</span>
      </h3>
      <p className={css.text}>
        <Cited text={kpi.definition} numbers={numbers} />
      </p>
      <dl className={css.figures} style={{ marginTop: 12 }}>
        {figures.map(
          ([label, key]) =>
            key && (
              <div key={label}>
                <dt className="meta">{label}</dt>
                <dd>
                  <KeyNumber ledgerKey={key} displays={displays} />
                </dd>
              </div>
            ),
        )}
      </dl>
      {kpi.baseline_source === "data" && (
        <p className="meta" style={{ marginTop: 8, display: "flex", gap: 6 }}>
          <Icon name="circle-check" size={14} style={{ color: "var(--ok)" }} />
          {t("frame.checked")}
        </p>
      )}
    </section>
  );
}

function Block({ title, texts, numbers }: { title: string; texts: readonly string[]; numbers: Numbers }) {
  if (!texts.length) return null;
  return (
    <section>
      <h2 className="section-title">{title}</h2>
      <ul className={css.plain}>
        {texts.map((text) => (
          <li key={text}>
            <Cited text={text} numbers={numbers} />
          </li>
        ))}
      </ul>
    </section>
  );
}
