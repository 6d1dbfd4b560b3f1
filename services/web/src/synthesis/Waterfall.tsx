import type { Schemas } from "../api/client";
import { plain } from "../kit/cited";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";
import { KeyNumber, useEntries } from "./KeyNumber";
import css from "./Waterfall.module.css";

interface Props {
  recommendations: readonly Schemas["Recommendation"][];
  impact: Schemas["Impact"];
  displays: Readonly<Record<string, string>>;
}

/** How much of the gap each action closes, one after the other, and what is left of it; the figures are the rows, the bars repeat them. */
export function Waterfall({ recommendations, impact, displays }: Props) {
  const { t } = useWords();
  const { id } = useProblem();
  const entries = useEntries(id, { recommendations, impact });
  const value = (key: string | null | undefined) => Math.abs((key ? entries.get(key)?.value : null) ?? 0);
  const gap = value(impact.gap_key);
  const known = recommendations.filter((one) => one.expected_impact.delta_absolute_key);
  if (!gap || !known.length) return null;
  const scale = Math.max(gap, known.reduce((sum, one) => sum + value(one.expected_impact.delta_absolute_key), 0));
  let from = 0;
  const bars = known.map((one) => {
    const width = value(one.expected_impact.delta_absolute_key);
    const bar = { name: plain(one.title, displays), ledgerKey: one.expected_impact.delta_absolute_key, from, width };
    from += width;
    return bar;
  });
  const share = (part: number) => `${(100 * part) / scale}%`;
  return (
    <section className={css.box} aria-labelledby="waterfall">
      <h2 className="section-title" id="waterfall">
        {t("synthesis.waterfall")}
      </h2>
      <ul className={css.rows}>
        <li>
          <span>{t("synthesis.gap")}</span>
          <span className={css.track}>
            <i data-kind="gap" style={{ width: share(gap) }} />
          </span>
          <KeyNumber ledgerKey={impact.gap_key} displays={displays} />
        </li>
        {bars.map((bar) => (
          <li key={bar.name}>
            <span>{bar.name}</span>
            <span className={css.track}>
              <i data-kind="action" style={{ left: share(bar.from), width: share(bar.width) }} />
            </span>
            <KeyNumber ledgerKey={bar.ledgerKey} displays={displays} />
          </li>
        ))}
        {impact.remaining_key && (
          <li>
            <span>{t("synthesis.left")}</span>
            <span className={css.track}>
              <i data-kind="left" style={{ left: share(Math.min(from, gap)), width: share(Math.max(0, gap - from)) }} />
            </span>
            <KeyNumber ledgerKey={impact.remaining_key} displays={displays} />
          </li>
        )}
      </ul>
    </section>
  );
}
