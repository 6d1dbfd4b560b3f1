import { useWords } from "../words/words";
import css from "./Rows.module.css";

type Cell = string | number | null;
const MOST = 200;

/** Rows as a table, in a box of its own that scrolls. */
export function Rows({ columns, rows, digits = 4 }: { columns: readonly string[]; rows: readonly (readonly Cell[])[]; digits?: number }) {
  const { t } = useWords();
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={t("evidence.rows", { n: rows.length })}>
      <table className={css.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map((row, index) => (
            <tr key={index}>
              {row.map((cell, place) => (
                <td key={place} className={typeof cell === "number" ? css.number : undefined}>
                  {typeof cell === "number" ? Number(cell.toPrecision(digits)).toLocaleString() : (cell ?? "")}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST && <p className="meta">{t("evidence.first", { n: MOST })}</p>}
    </div>
  );
}
