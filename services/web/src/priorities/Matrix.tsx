import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";

import { useWords } from "../words/words";
import { cutLine, scoreAt, shareOf, SIDE, spread } from "./place";
import css from "./Matrix.module.css";
import type { Issue, Override } from "./usePriorities";

interface Props {
  issues: readonly Issue[];
  chosen: string | undefined;
  choose: (id: string) => void;
  change: (change: Omit<Override, "reason">) => void;
}
interface Moving {
  id: string;
  impact: number;
  ease: number;
}
const MARGIN = 40;
const DOT = 11.5;
const TICKS = [1, 2, 4, 6, 8, 10];

/** Impact against ease. A point is dragged, or moved by the arrow keys and set down with Enter; the table beside it does the same. */
export function Matrix({ issues, chosen, choose, change }: Props) {
  const { t } = useWords();
  const square = useRef<SVGRectElement>(null);
  const [moving, setMoving] = useState<Moving | null>(null);
  const offsets = spread(issues);
  const lastKept = issues.filter((issue) => issue.is_recommended).at(-1);
  const line = lastKept && cutLine(lastKept.impact_score * lastKept.feasibility_score);
  const x = (ease: number) => shareOf(ease) * SIDE;
  const y = (impact: number) => (1 - shareOf(impact)) * SIDE;

  const at = (event: PointerEvent): Pick<Moving, "impact" | "ease"> => {
    const box = square.current?.getBoundingClientRect();
    if (!box) return { impact: 1, ease: 1 };
    return { ease: scoreAt((event.clientX - box.left) / box.width), impact: scoreAt(1 - (event.clientY - box.top) / box.height) };
  };
  const setDown = (issue: Issue) => {
    if (moving && (moving.impact !== issue.impact_score || moving.ease !== issue.feasibility_score)) {
      change({ node: issue.node_id, impact: moving.impact, ease: moving.ease });
    }
    setMoving(null);
  };
  const onKey = (event: KeyboardEvent, issue: Issue) => {
    const from = moving?.id === issue.node_id ? moving : { id: issue.node_id, impact: issue.impact_score, ease: issue.feasibility_score };
    const by: Record<string, readonly [number, number]> = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
    const move = by[event.key];
    if (move) setMoving({ ...from, impact: bounded(from.impact + move[0]), ease: bounded(from.ease + move[1]) });
    else if (event.key === "Enter") setDown(issue);
    else if (event.key === "Escape") setMoving(null);
    else return;
    event.preventDefault();
  };
  return (
    <svg className={css.matrix} viewBox={`0 0 ${SIDE + MARGIN + 20} ${SIDE + MARGIN + 20}`} role="group" aria-label={t("matrix.title")}>
      <g transform={`translate(${MARGIN}, 12)`}>
        <rect ref={square} width={SIDE} height={SIDE} className={css.square} />
        <rect x={x(5.5)} width={SIDE - x(5.5)} height={y(5.5)} className={css.first} />
        {TICKS.map((tick) => (
          <g key={tick}>
            <line x1={x(tick)} x2={x(tick)} y2={SIDE} className={css.grid} />
            <line y1={y(tick)} y2={y(tick)} x2={SIDE} className={css.grid} />
            <text x={x(tick)} y={SIDE + 18} textAnchor="middle">
              {tick}
            </text>
            <text x={-10} y={y(tick) + 4} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        <text x={SIDE - 8} y={18} textAnchor="end" className={css.corner}>
          {t("matrix.first")}
        </text>
        <text x={8} y={18} className={css.corner}>
          {t("matrix.hard")}
        </text>
        <text x={SIDE - 8} y={SIDE - 10} textAnchor="end" className={css.corner}>
          {t("matrix.small")}
        </text>
        <text x={SIDE / 2} y={SIDE + 38} textAnchor="middle" className={css.axis}>
          {t("matrix.ease")}
        </text>
        <text transform={`translate(-28, ${SIDE / 2}) rotate(-90)`} textAnchor="middle" className={css.axis}>
          {t("matrix.impact")}
        </text>
        {line && <path d={line} className={css.cut} />}
        {issues.toReversed().map((issue) => {
          const place = moving?.id === issue.node_id ? moving : { impact: issue.impact_score, ease: issue.feasibility_score };
          const aside = (offsets[issue.rank - 1] ?? 0) * (2 * DOT + 1);
          return (
            <g
              key={issue.node_id}
              className={css.point}
              data-kept={issue.is_recommended}
              data-chosen={issue.node_id === chosen || undefined}
              transform={`translate(${Math.min(SIDE, Math.max(0, x(place.ease) + aside))}, ${y(place.impact)})`}
              role="button"
              tabIndex={0}
              aria-label={t("matrix.point", { rank: issue.rank, title: issue.title, impact: place.impact, ease: place.ease })}
              onFocus={() => choose(issue.node_id)}
              onBlur={() => setMoving(null)}
              onKeyDown={(event) => onKey(event, issue)}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                choose(issue.node_id);
                setMoving({ id: issue.node_id, impact: issue.impact_score, ease: issue.feasibility_score });
              }}
              onPointerMove={(event) => moving?.id === issue.node_id && event.buttons && setMoving({ id: issue.node_id, ...at(event) })}
              onPointerUp={() => setDown(issue)}
            >
              <title>{issue.title}</title>
              <circle r={DOT} />
              <text textAnchor="middle" y={4}>
                {issue.rank}
              </text>
            </g>
          );
        })}
      </g>
    </svg>
  );
}

const bounded = (score: number): number => Math.min(10, Math.max(1, score));
