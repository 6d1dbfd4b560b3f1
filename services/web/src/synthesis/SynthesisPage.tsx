import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "../api/client";
import { findings, synthesis } from "../api/queries";
import { Cited } from "../evidence/Cited";
import { claim } from "../findings/statement";
import css from "../kit/Document.module.css";
import { Loading } from "../kit/Loading";
import { NotYet } from "../kit/NotYet";
import page from "../kit/Page.module.css";
import { ScreenLink } from "../kit/ScreenLink";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";
import { KeyNumber, useDisplays } from "./KeyNumber";
import { RecommendationCard } from "./RecommendationCard";
import { Waterfall } from "./Waterfall";

type Numbers = Readonly<Record<string, string>>;

/** The answer first, then what it rests on, what to do, and what would change our mind. */
export function SynthesisPage() {
  const { t } = useWords();
  const { id, decided } = useProblem();
  const { data, isPending } = useQuery(synthesis(id));
  const found = useQuery({ ...findings(id), enabled: decided.has("analyze") }).data?.data.findings;
  const displays = useDisplays(id, data?.data.decision, data?.data.numbers);
  if (isPending) return <Loading />;
  if (!data) return <NotYet step="synthesize" />;
  const { decision, numbers } = data.data;
  const { impact } = decision;
  return (
    <div className={css.page}>
      <div className={css.main}>
        <section>
          <h2 className={css.answer}>
            <Cited text={decision.governing_answer} numbers={numbers} />
          </h2>
          <p className={css.text}>
            <Cited text={`${decision.situation} ${decision.complication}`} numbers={numbers} />
          </p>
        </section>
        <dl className={css.figures}>
          <Figure label={t("synthesis.gap")} ledgerKey={impact.gap_key} displays={displays} />
          <Figure label={t("synthesis.total")} ledgerKey={impact.total_key} displays={displays} />
          <Figure label={t("synthesis.left")} ledgerKey={impact.remaining_key} displays={displays} />
        </dl>
        <Waterfall recommendations={decision.recommendations} impact={impact} displays={displays} />
        <section>
          <h2 className="section-title">{t("synthesis.actions")}</h2>
          <div style={{ display: "grid", gap: 12, marginTop: 8 }}>
            {decision.recommendations.map((one) => (
              <RecommendationCard key={one.title} id={id} one={one} numbers={numbers} displays={displays} />
            ))}
          </div>
        </section>
        <section>
          <h2 className="section-title">{t("synthesis.rests")}</h2>
          <ul className={css.list}>
            {decision.supporting_points.map((point) => (
              <Point key={point.text} id={id} point={point} numbers={numbers} findings={found ?? []} />
            ))}
          </ul>
        </section>
      </div>
      <section className={css.side} aria-label={t("synthesis.sure")}>
        <section>
          <h2 className="section-title">{t(`confidence.${decision.confidence}`)}</h2>
          <p className={css.text}>
            <Cited text={decision.confidence_reason} numbers={numbers} />
          </p>
        </section>
        <Block title={t("synthesis.decision")} texts={[decision.decision_asked]} numbers={numbers} />
        <Block title={t("synthesis.firstStep")} texts={[decision.first_step]} numbers={numbers} />
        <Block title={t("synthesis.mind")} texts={decision.what_would_change_our_mind} numbers={numbers} />
        <Block title={t("synthesis.contradictions")} texts={decision.contradictions} numbers={numbers} />
        <Block title={t("synthesis.next")} texts={decision.next_data} numbers={numbers} />
      </section>
    </div>
  );
}

function Figure({ label, ledgerKey, displays }: { label: string; ledgerKey: string | null | undefined; displays: Numbers }) {
  if (!ledgerKey) return null;
  return (
    <div>
      <dt className="meta">{label}</dt>
      <dd>
        <KeyNumber ledgerKey={ledgerKey} displays={displays} />
      </dd>
    </div>
  );
}

function Point({ id, point, numbers, findings: all }: { id: string; point: Schemas["SupportingPoint"]; numbers: Numbers; findings: readonly Schemas["Finding"][] }) {
  return (
    <li>
      <b style={{ fontWeight: 500 }}>
        <Cited text={point.text} numbers={numbers} />
      </b>
      <p className={css.text}>
        <Cited text={point.so_what} numbers={numbers} />
      </p>
      <span style={{ display: "inline-flex", gap: 6, marginTop: 4 }}>
        {point.finding_ids.map((finding) => (
          <ScreenLink key={finding} id={id} screen="analysis" item={finding} className={page.tag} title={claim(all.find((one) => one.id === finding)?.statement ?? finding)}>
            {finding}
          </ScreenLink>
        ))}
      </span>
    </li>
  );
}

function Block({ title, texts, numbers }: { title: string; texts: readonly string[]; numbers: Numbers }) {
  const said = texts.filter(Boolean);
  if (!said.length) return null;
  return (
    <section>
      <h2 className="section-title">{title}</h2>
      {said.length === 1 ? (
        <p className={css.text}>
          <Cited text={said[0] ?? ""} numbers={numbers} />
        </p>
      ) : (
        <ul className={css.plain}>
          {said.map((text) => (
            <li key={text}>
              <Cited text={text} numbers={numbers} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
