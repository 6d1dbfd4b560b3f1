import { Checkbox, NumberInput } from "@mantine/core";
import { useState } from "react";

import { Cited } from "../evidence/Cited";
import { Heads } from "../kit/Heads";
import { useWords } from "../words/words";
import css from "./Priorities.module.css";
import type { Issue, Override } from "./usePriorities";

interface Props {
  issues: readonly Issue[];
  numbers: Readonly<Record<string, string>>;
  chosen: string | undefined;
  choose: (id: string) => void;
  change: (change: Omit<Override, "reason">) => void;
}

/** The questions best first; scores are typed, and a tick keeps a question or cuts it. */
export function IssueTable({ issues, numbers, chosen, choose, change }: Props) {
  const { t } = useWords();
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <Heads words={["matrix.rank", "tree.question", "matrix.impactShort", "matrix.easeShort", "matrix.score", "matrix.keep", "matrix.why"]} />
          </tr>
        </thead>
        <tbody>
          {issues.map((issue) => (
            <tr key={issue.node_id} aria-selected={issue.node_id === chosen} data-cut={!issue.is_recommended || undefined} onClick={() => choose(issue.node_id)}>
              <td>
                <span className={css.rank} data-kept={issue.is_recommended}>
                  {issue.rank}
                </span>
              </td>
              <th scope="row">{issue.title}</th>
              <td>
                <Score label={t("matrix.impactOf", { title: issue.title })} value={issue.impact_score} set={(impact) => change({ node: issue.node_id, impact })} />
              </td>
              <td>
                <Score label={t("matrix.easeOf", { title: issue.title })} value={issue.feasibility_score} set={(ease) => change({ node: issue.node_id, ease })} />
              </td>
              <td className="num">{issue.priority_score.toFixed(1)}</td>
              <td>
                <Checkbox
                  size="xs"
                  aria-label={t("matrix.keepOf", { title: issue.title })}
                  checked={issue.is_recommended}
                  onChange={(event) => change({ node: issue.node_id, recommended: event.currentTarget.checked })}
                />
              </td>
              <td className={css.why}>
                <Cited text={issue.cut_reason ?? issue.impact_reason} numbers={numbers} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Score({ label, value, set }: { label: string; value: number; set: (value: number) => void }) {
  const [typed, setTyped] = useState<number | string>(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const done = () => {
    const next = Number(typed);
    if (Number.isInteger(next) && next >= 1 && next <= 10 && next !== value) set(next);
    setTyped(value);
  };
  return (
    <NumberInput
      aria-label={label}
      value={typed}
      onChange={setTyped}
      onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()}
      min={1}
      max={10}
      allowDecimal={false}
      w={58}
    />
  );
}
