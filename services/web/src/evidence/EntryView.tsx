import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "../api/client";
import { problem as problemQuery } from "../api/queries";
import { Icon } from "../kit/Icon";
import page from "../kit/Page.module.css";
import { type Key, useWords } from "../words/words";
import { Again } from "./Again";
import { Code } from "./Code";
import { Inputs } from "./Inputs";
import css from "./EvidenceDrawer.module.css";
import { Rows } from "./Rows";

type Entry = Schemas["EvidenceEntry"];

const HOW: Readonly<Record<Entry["kind"], Key>> = {
  sql: "evidence.sql",
  method: "evidence.method",
  formula: "evidence.formula",
  stated: "evidence.stated",
  assumption: "evidence.assumption",
  count: "evidence.count",
};

/** One entry of the ledger: the number, how it is computed, on which data, and the button that computes it again. */
export function EntryView({ id, entry }: { id: string; entry: Entry }) {
  const { t } = useWords();
  const { recipe } = entry;
  return (
    <>
      <p className="meta">{entry.label}</p>
      {entry.value !== null && <p className={css.figure}>{entry.display}</p>}
      <div className={css.row}>
        <span className={page.tag}>{t(HOW[entry.kind])}</span>
        <Again id={id} entryKey={entry.key} />
      </div>
      {recipe.text && (
        <Part title={t("evidence.words")}>
          <blockquote className={css.quote}>{recipe.text}</blockquote>
        </Part>
      )}
      {recipe.reason && <Part title={t("evidence.why")}>{recipe.reason}</Part>}
      {recipe.formula && (
        <Part title={t("evidence.formula.title")}>
          <Code text={recipe.formula} />
          <Inputs id={id} inputs={recipe.inputs ?? {}} />
        </Part>
      )}
      {recipe.items && recipe.items.length > 0 && (
        <Part title={t("evidence.items")}>
          <ul className={css.items}>
            {recipe.items.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </Part>
      )}
      {recipe.method && (
        <Part title={t("evidence.method.title")}>
          <p>
            <code>{recipe.method}</code> {recipe.method_version} {recipe.fact && <span className="meta">{recipe.fact}</span>}
          </p>
          <details className={css.params}>
            <summary>{t("evidence.params")}</summary>
            <Code text={JSON.stringify(recipe.params, null, 2)} />
          </details>
        </Part>
      )}
      {recipe.query && (
        <Part title={t("evidence.query")}>
          <Code text={recipe.query} sql />
        </Part>
      )}
      {entry.rows && (
        <Part title={t("evidence.rows", { n: entry.rows.length })}>
          <Rows columns={entry.columns ?? []} rows={entry.rows} />
        </Part>
      )}
      <Data id={id} hashes={recipe.datasets ?? {}} />
    </>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={css.part}>
      <h3 className="section-title">{title}</h3>
      {children}
    </section>
  );
}

function Data({ id, hashes }: { id: string; hashes: Readonly<Record<string, string>> }) {
  const { t } = useWords();
  const { data } = useQuery(problemQuery(id));
  const tables = Object.entries(hashes);
  if (!tables.length) return null;
  return (
    <Part title={t("evidence.data")}>
      <ul className={css.data}>
        {tables.map(([table, sha256]) => (
          <li key={table}>
            <Icon name="database" />
            <b>{data?.datasets.find((one) => one.sha256 === sha256)?.source ?? table}</b>
            <span className="meta">{t("evidence.hash")}</span>
            <code title={sha256}>{sha256.slice(0, 8)}</code>
          </li>
        ))}
      </ul>
    </Part>
  );
}
