import type { Schemas } from "../api/client";
import { Heads } from "../kit/Heads";
import { Icon } from "../kit/Icon";
import { count } from "../words/numbers";
import { useWords } from "../words/words";
import css from "./Tables.module.css";

interface Column {
  name: string;
  role: string;
  type: string;
  sample: unknown[];
  missing: number;
  rows: number;
  distinct: number;
  looks_personal: boolean;
}

/** The tables as they were read: every column with its kind, an example, and what is missing. */
export function Tables({ datasets }: { datasets: readonly Schemas["DatasetView"][] }) {
  const { t, language } = useWords();
  return datasets.map((table) => (
    <section key={table.id} className={css.card} aria-label={table.source}>
      <header className={css.head}>
        <Icon name="file" />
        <b>{table.source}</b>
        <span className="meta num">{t("tables.size", { rows: count(table.row_count, language), columns: table.column_count })}</span>
      </header>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={table.source}>
        <table className={css.table}>
          <thead>
            <tr>
              <Heads words={["tables.column", "tables.read", "tables.role", "tables.example", "tables.empty", "tables.distinct"]} />
            </tr>
          </thead>
          <tbody>
            {(table.columns as unknown as Column[]).map((column) => (
              <tr key={column.name}>
                <td>
                  <code>{column.name}</code>
                </td>
                <td>{column.type}</td>
                <td>{column.role.replaceAll("_", " ")}</td>
                <td>
                  <code>{String(column.sample[0] ?? "")}</code>
                </td>
                <td className="num">
                  {column.missing > 0 ? (
                    <span className={css.warn}>
                      <Icon name="alert-triangle" size={13} />
                      {((100 * column.missing) / Math.max(1, column.rows)).toFixed(1)}%
                    </span>
                  ) : (
                    "0%"
                  )}
                </td>
                <td className="num">
                  {count(column.distinct, language)}
                  {column.looks_personal && <span className={css.warn}> {t("tables.personal")}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  ));
}
