import { useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";

import { Icon } from "../kit/Icon";
import { useWords } from "../words/words";
import { type Group, GROUPS, type Line, linesOf, standingOf } from "./groups";
import { ProblemRow } from "./ProblemRow";
import css from "./ProblemTable.module.css";
import type { Listed } from "./useProblems";

interface Props {
  problems: readonly Listed[];
  more: boolean;
  fetchMore: () => void;
}

/** The rows in their groups. Only those in sight are in the page; the next page of problems is fetched near the end. */
export function ProblemTable({ problems, more, fetchMore }: Props) {
  const { t } = useWords();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const [folded, setFolded] = useState<ReadonlySet<Group>>(new Set<Group>());
  const [current, setCurrent] = useState(-1);
  const lines = useMemo(() => linesOf(problems, folded), [problems, folded]);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => heightOf(lines[index]),
    getItemKey: (index) => keyOf(lines[index]),
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= lines.length - 20) fetchMore();
  }, [more, last, lines.length, fetchMore]);

  const step = (by: 1 | -1) => {
    let next = current + by;
    while (lines[next]?.kind === "group") next += by;
    if (!lines[next]) return;
    setCurrent(next);
    rows.scrollToIndex(next);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
  };
  useHotkeys([
    ["j", () => step(1)],
    ["k", () => step(-1)],
  ]);

  return (
    <div className={css.box} ref={box}>
      <div className={css.table} role="table" aria-label={t("shell.problems")} aria-rowcount={lines.length + 1}>
        <div className={`${css.grid} ${css.heads}`} role="row">
          {(["list.problem", "list.step", "list.progress", "list.status", "list.owner", "list.updated"] as const).map((word) => (
            <span key={word} role="columnheader">
              {t(word)}
            </span>
          ))}
        </div>
        <div className={css.body} style={{ height: rows.getTotalSize() }} role="rowgroup">
          {shown.map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            return (
              <div key={item.key} className={css.slot} data-index={item.index} style={{ height: item.size, transform: `translateY(${item.start}px)` }} role="presentation">
                {line.kind === "group" ? (
                  <GroupHead line={line} folded={folded.has(line.group)} onFold={() => setFolded(toggled(folded, line.group))} />
                ) : (
                  <ProblemRow
                    problem={line.problem}
                    onOpen={() => void navigate({ to: "/problems/$id", params: { id: line.problem.id } })}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function GroupHead({ line, folded, onFold }: { line: Line & { kind: "group" }; folded: boolean; onFold: () => void }) {
  const { t } = useWords();
  return (
    <div role="row" className={css.group}>
      <span role="cell">
        <button type="button" aria-expanded={!folded} onClick={onFold}>
          <Icon name={folded ? "chevron-right" : "chevron-down"} size={14} />
          <b>{t(GROUPS[line.group])}</b>
          <span className="meta num">{line.size}</span>
        </button>
      </span>
    </div>
  );
}

const heightOf = (line: Line | undefined): number => {
  if (!line || line.kind === "group") return 46;
  const state = standingOf(line.problem);
  return state === "waiting" || state === "failed" ? 72 : 44;
};
const keyOf = (line: Line | undefined): string => (line?.kind === "problem" ? line.problem.id : (line?.group ?? ""));

function toggled(set: ReadonlySet<Group>, group: Group): ReadonlySet<Group> {
  const next = new Set(set);
  if (!next.delete(group)) next.add(group);
  return next;
}
