import type { Schemas } from "../api/client";
import { Cited } from "../evidence/Cited";
import css from "../kit/Document.module.css";
import page from "../kit/Page.module.css";
import { ScreenLink } from "../kit/ScreenLink";
import { day } from "../words/numbers";
import { useWords } from "../words/words";
import { KeyNumber } from "./KeyNumber";

type Numbers = Readonly<Record<string, string>>;
interface Props {
  id: string;
  one: Schemas["Recommendation"];
  numbers: Numbers;
  displays: Numbers;
}

/** One thing to do: what it gives, who does what by when, the risks, and the arithmetic behind the figure. */
export function RecommendationCard({ id, one, numbers, displays }: Props) {
  const { t, language } = useWords();
  const { expected_impact: impact } = one;
  return (
    <article className={css.card}>
      <header className={css.cardHead}>
        <span className={page.tag}>R{one.priority}</span>
        <h3>
          <Cited text={one.title} numbers={numbers} />
        </h3>
        <span className={css.cardEnd}>
          <KeyNumber ledgerKey={impact.delta_absolute_key} displays={displays} />
          {impact.low_key && impact.high_key && (
            <span className="meta">
              {" "}
              (<KeyNumber ledgerKey={impact.low_key} displays={displays} /> {t("figures.to")} <KeyNumber ledgerKey={impact.high_key} displays={displays} />)
            </span>
          )}
        </span>
      </header>
      <p className={css.text}>
        <Cited text={one.summary} numbers={numbers} />
      </p>
      <div className={css.scroll}>
        <table className={css.actions}>
          <tbody>
            {one.actions.map((action) => (
              <tr key={action.step}>
                <th scope="row">
                  <Cited text={action.step} numbers={numbers} />
                  <p className="meta">
                    <Cited text={action.description} numbers={numbers} />
                  </p>
                </th>
                <td>{action.owner}</td>
                <td className="num">{day(action.due_date, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <details>
        <summary>{t("synthesis.arithmetic")}</summary>
        <p className={css.text}>
          <Cited text={impact.arithmetic} numbers={numbers} />
        </p>
        <p className={css.text}>
          <Cited text={impact.overlap_removed} numbers={numbers} />
        </p>
        <ul className={css.plain}>
          {impact.assumptions.map((text) => (
            <li key={text}>
              <Cited text={text} numbers={numbers} />
            </li>
          ))}
        </ul>
      </details>
      <details>
        <summary>{t("synthesis.risks", { n: one.risks.length })}</summary>
        <ul className={css.plain}>
          {one.risks.map((risk) => (
            <li key={risk.risk}>
              <Cited text={risk.risk} numbers={numbers} />. <span className="meta"><Cited text={risk.mitigation} numbers={numbers} /></span>
            </li>
          ))}
        </ul>
      </details>
      <p className="meta" style={{ marginTop: 10 }}>
        {t("synthesis.evidence")}{" "}
        {one.evidence.map((finding) => (
          <ScreenLink key={finding} id={id} screen="analysis" item={finding} className={page.tag} style={{ marginRight: 6 }}>
            {finding}
          </ScreenLink>
        ))}
        <Cited text={one.confidence_reason} numbers={numbers} />
      </p>
    </article>
  );
}
