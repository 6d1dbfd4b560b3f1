import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "../api/client";
import { audit, difference } from "../api/queries";
import { NumberLink } from "../evidence/Cited";
import doc from "../kit/Document.module.css";
import { Loading } from "../kit/Loading";
import page from "../kit/Page.module.css";
import { Status } from "../kit/Status";
import { runState } from "../kit/state";
import { useProblem } from "../run/useProblem";
import { clock, day } from "../words/numbers";
import { type Key, useWords } from "../words/words";
import css from "./History.module.css";

type Change = Schemas["Change"] | Schemas["NumberChange"];

/** The runs of a problem, what differs between two of them, and who did what. */
export function HistoryPage() {
  const { t, language } = useWords();
  const { id, runs = [] } = useProblem();
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const trail = useQuery(audit(id)).data?.items ?? [];
  const epochs = runs.map((run) => ({ value: String(run.epoch), label: t("run.number", { n: run.epoch }) }));
  const after = to ?? epochs[0]?.value ?? "";
  const before = from ?? epochs[1]?.value ?? "";
  return (
    <div className={doc.page}>
      <div className={doc.main}>
        <section aria-labelledby="diff">
          <header className={css.head}>
            <h2 className="section-title" id="diff">
              {t("history.diff")}
            </h2>
            {runs.length > 1 && (
              <>
                <Select aria-label={t("history.from")} data={epochs} value={before} onChange={setFrom} allowDeselect={false} w={110} />
                <span className="meta">{t("figures.to")}</span>
                <Select aria-label={t("history.to")} data={epochs} value={after} onChange={setTo} allowDeselect={false} w={110} />
              </>
            )}
          </header>
          {runs.length > 1 ? <Difference id={id} before={Number(before)} after={Number(after)} /> : <p className="meta">{t("history.one")}</p>}
        </section>
        <section aria-labelledby="trail">
          <h2 className="section-title" id="trail">
            {t("history.trail")}
          </h2>
          <div className={doc.scroll}>
            <table className={doc.actions}>
              <tbody>
                {trail.map((entry) => (
                  <tr key={entry.id}>
                    <td className="num">
                      <time dateTime={entry.timestamp} title={entry.timestamp}>
                        {day(entry.timestamp, language, false)} {clock(entry.timestamp, language)}
                      </time>
                    </td>
                    <th scope="row">{entry.action.replaceAll(".", " ").replaceAll("_", " ")}</th>
                    <td>{entry.actor}</td>
                    <td className="meta">{typeof entry.details.step === "string" ? entry.details.step : ""}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      </div>
      <section className={doc.side} aria-label={t("history.runs")}>
        <h2 className="section-title">{t("history.runs")}</h2>
        <ul className={doc.list}>
          {runs.map((run) => (
            <li key={run.id} className={css.run}>
              <b>{t("run.number", { n: run.epoch })}</b>
              <Status state={runState(run)} />
              <p className="meta">
                {day(run.created_at, language)} {clock(run.created_at, language)}, {run.requested_by}
              </p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Difference({ id, before, after }: { id: string; before: number; after: number }) {
  const { t } = useWords();
  const { data, error, isPending } = useQuery(difference(id, before, after));
  if (isPending) return <Loading rows={4} />;
  if (error) return <p role="alert">{error.message}</p>;
  if (!data.steps.length) return <p className={doc.text}>{t("history.same")}</p>;
  const parts: readonly (readonly [Key, readonly Change[]])[] = [
    ["history.conclusion", data.conclusion ? [data.conclusion] : []],
    ["history.numbers", data.numbers],
    ["history.verdicts", data.verdicts],
    ["history.findings", data.findings],
    ["history.recommendations", data.recommendations],
    ["history.slides", data.slides],
  ];
  return (
    <>
      <p className={doc.text}>
        {t(data.argument_holds ? "history.holds" : "history.moved")} {t("history.steps", { steps: data.steps.map((one) => t(`step.${one.step}`)).join(", ") })}
      </p>
      {parts.map(([word, changes]) => changes.length > 0 && <Changes key={word} title={t(word)} changes={changes} />)}
    </>
  );
}

function Changes({ title, changes }: { title: string; changes: readonly Change[] }) {
  const { t } = useWords();
  return (
    <section className={css.part}>
      <h3 className="section-title">
        {title} <span className="meta num">{changes.length}</span>
      </h3>
      <div className={doc.scroll}>
        <table className={doc.actions}>
          <tbody>
            {changes.map((change) => (
              <tr key={`${change.change}:${change.what}`}>
                <td>
                  <span className={page.tag}>{t(`change.${change.change}`)}</span>
                </td>
                <th scope="row">{change.what}</th>
                <td className={css.before}>{change.before}</td>
                <td>{"key_after" in change && change.key_after ? <NumberLink ledgerKey={change.key_after} text={change.after ?? ""} /> : change.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
