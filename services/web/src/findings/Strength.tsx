import { useWords } from "../words/words";
import css from "./Findings.module.css";

/** How far a finding's design carries, as bars and a word. */
export const STRENGTHS = ["quasi_experiment", "adjusted", "association", "descriptive"] as const;
export type StrengthName = (typeof STRENGTHS)[number];
const BARS: Readonly<Record<StrengthName, number>> = { quasi_experiment: 3, adjusted: 3, association: 2, descriptive: 1 };

export function Strength({ of }: { of: StrengthName }) {
  const { t } = useWords();
  const bars = BARS[of];
  return (
    <span className={css.strength} data-bars={bars}>
      <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect key={bar} x={bar * 5} y={8 - bar * 4} width="3.5" height={4 + bar * 4} rx="1" data-on={bar < bars} />
        ))}
      </svg>
      {t(`strength.${of}`)}
    </span>
  );
}
