import { ActionIcon, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import type { Schemas } from "../api/client";
import { deck, slidePicture, synthesis } from "../api/queries";
import { Again } from "../evidence/Again";
import { NumberLink } from "../evidence/Cited";
import { Code } from "../evidence/Code";
import { Rows } from "../evidence/Rows";
import { Icon } from "../kit/Icon";
import { Loading } from "../kit/Loading";
import page from "../kit/Page.module.css";
import { ScreenLink } from "../kit/ScreenLink";
import { useProblem } from "../run/useProblem";
import { count } from "../words/numbers";
import { useWords } from "../words/words";
import { figuresOf } from "./figures";
import css from "./Findings.module.css";
import { slidesCiting } from "./slides";
import { claim, statementPieces } from "./statement";
import { Strength } from "./Strength";

const Chart = lazy(() => import("./Chart"));
type Finding = Schemas["Finding"];

interface Props {
  id: string;
  finding: Finding;
  keys: Readonly<Record<string, string>>;
  onStep: (by: 1 | -1) => void;
}

/** One finding: the claim, its figures, the chart and its table, the query, the method and the checks, and where it is used. */
export function Detail({ id, finding, keys, onStep }: Props) {
  const { t } = useWords();
  return (
    <article className={css.detail} aria-labelledby="claim">
      <header className={css.detailHead}>
        <span className={page.tag}>{finding.id}</span>
        <Strength of={finding.strength ?? "descriptive"} />
        <span className="meta">{finding.kind.replaceAll("_", " ")}</span>
        <span className={css.steps}>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("action.previous")} onClick={() => onStep(-1)}>
            <Icon name="arrow-up" />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("action.next")} onClick={() => onStep(1)}>
            <Icon name="chevron-down" />
          </ActionIcon>
        </span>
      </header>
      <div className={css.detailBody}>
        <h2 className={css.title} id="claim">
          {claim(finding.statement)}
        </h2>
        <p className={css.statement}>
          {statementPieces(finding.template, finding.statement, keys).map((piece, index) =>
            piece.kind === "text" ? piece.text : <NumberLink key={index} ledgerKey={piece.key} text={piece.text} />,
          )}
        </p>
        {finding.so_what && <p className={css.statement}>{finding.so_what}</p>}
        <Figures finding={finding} keys={keys} />
        <Evidence finding={finding} />
        <Query id={id} finding={finding} keys={keys} />
        <UsedIn id={id} finding={finding} keys={keys} />
      </div>
    </article>
  );
}

function Figures({ finding, keys }: { finding: Finding; keys: Props["keys"] }) {
  const { t } = useWords();
  return (
    <dl className={css.figures}>
      {figuresOf(finding, keys).map(({ label, parts }) => (
        <div key={typeof label === "string" ? label : label.word}>
          <dt className="meta">{typeof label === "string" ? label : t(label.word, label.values)}</dt>
          <dd>
            {parts.map((part, index) => (
              <span key={part.key}>
                {index > 0 && ` ${t("figures.to")} `}
                <NumberLink ledgerKey={part.key} text={part.text} />
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Evidence({ finding }: { finding: Finding }) {
  const { t, language } = useWords();
  const { exhibit, chart } = finding;
  return (
    <Tabs defaultValue={chart ? "chart" : "method"} keepMounted={false} className={css.tabs}>
      <Tabs.List>
        {chart && <Tabs.Tab value="chart">{t("tab.chart")}</Tabs.Tab>}
        {exhibit && <Tabs.Tab value="table">{t("tab.table")}</Tabs.Tab>}
        <Tabs.Tab value="method">{t("tab.method")}</Tabs.Tab>
        <Tabs.Tab value="checks">
          {t("tab.checks")} <span className="meta num">{(finding.assumptions?.length ?? 0) + (finding.robustness ? 1 : 0)}</span>
        </Tabs.Tab>
      </Tabs.List>
      {chart && exhibit && (
        <Tabs.Panel value="chart">
          <p className={css.chartTitle}>{exhibit.title}</p>
          <Suspense fallback={<Loading rows={5} height={32} />}>
            <Chart spec={chart} label={t("tab.chart.label", { title: exhibit.title, claim: claim(finding.statement) })} />
          </Suspense>
        </Tabs.Panel>
      )}
      {exhibit && (
        <Tabs.Panel value="table">
          <Rows columns={exhibit.columns} rows={exhibit.rows} />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="method">
        <dl className={page.facts}>
          <dt>{t("method.name")}</dt>
          <dd>
            <code>{finding.method}</code> {finding.method_version}
          </dd>
          {finding.test && (
            <>
              <dt>{t("method.test")}</dt>
              <dd>{finding.test}</dd>
            </>
          )}
          <dt>{t("method.rows")}</dt>
          <dd className="num">
            {count(finding.n, language)}
            {(finding.n_dropped ?? 0) > 0 && ` (${t("method.dropped", { n: count(finding.n_dropped ?? 0, language), why: finding.dropped_why ?? "" })})`}
          </dd>
        </dl>
        <Code text={JSON.stringify(finding.params, null, 2)} />
        {exhibit && (
          <>
            <p className={css.chartTitle}>{t("tab.sql.rows")}</p>
            <Code text={exhibit.query} sql />
          </>
        )}
      </Tabs.Panel>
      <Tabs.Panel value="checks">
        <ul className={css.checks}>
          {[...(finding.robustness ? [finding.robustness] : []), ...(finding.assumptions ?? [])].map((check) => (
            <li key={check}>
              <Icon name="circle-check" size={15} />
              {check}
            </li>
          ))}
        </ul>
      </Tabs.Panel>
    </Tabs>
  );
}

/** The query behind the claim, the data it ran on, and the button that runs it again. */
function Query({ id, finding, keys }: Omit<Props, "onStep">) {
  const { t, language } = useWords();
  const first = figuresOf(finding, keys)[0]?.parts[0]?.key;
  return (
    <section className={css.query} aria-labelledby="query">
      <div className={css.queryHead}>
        <h3 className="section-title" id="query">
          {t("evidence.query")}
        </h3>
        {first && <Again key={first} id={id} entryKey={first} />}
      </div>
      <Code text={finding.query} sql />
      <p className={css.data}>
        <Icon name="database" size={15} />
        <b>{finding.dataset}</b>
        <span className="meta">
          {t("evidence.hash")} <code title={finding.dataset_sha256}>{finding.dataset_sha256.slice(0, 8)}</code>
        </span>
        <span className="meta num">{t("evidence.rows", { n: count(finding.n, language) })}</span>
      </p>
    </section>
  );
}

/** Where the finding went: the leaf it decides, the recommendations that name it, the slides that cite its numbers. */
function UsedIn({ id, finding, keys }: Omit<Props, "onStep">) {
  const { t } = useWords();
  const { decided } = useProblem();
  const { data } = useQuery({ ...synthesis(id), enabled: decided.has("synthesize") });
  const shown = useQuery({ ...deck(id), enabled: decided.has("present") }).data?.data;
  const recommendations = data?.data.decision.recommendations.filter((one) => one.evidence.includes(finding.id)) ?? [];
  const slides = shown ? slidesCiting(shown.decision.slides, Object.values(keys)) : [];
  if (!finding.hypothesis_id && !recommendations.length && !slides.length) return null;
  return (
    <section className={css.used}>
      <h3 className="section-title">{t("findings.used")}</h3>
      {finding.hypothesis_id && (
        <ScreenLink id={id} screen="tree" item={finding.hypothesis_id} className={page.tag}>
          {t("findings.leaf", { leaf: finding.hypothesis_id })}
        </ScreenLink>
      )}
      {recommendations.map((one) => (
        <ScreenLink key={one.title} id={id} screen="synthesis" className={page.tag}>
          {t("findings.recommendation", { n: one.priority })}
        </ScreenLink>
      ))}
      {slides.length > 0 && (
        <ul className={css.thumbs}>
          {slides.map((number) => (
            <li key={number}>
              <ScreenLink id={id} screen="deck" item={String(number)}>
                <img src={slidePicture(id, number, shown?.version)} alt="" width={160} height={90} loading="lazy" />
                {t("findings.slide", { n: number })}
              </ScreenLink>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
