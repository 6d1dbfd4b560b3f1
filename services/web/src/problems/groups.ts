import type { State } from "../kit/state";
import type { Key } from "../words/words";
import type { Listed } from "./useProblems";

export type Group = "needs" | "running" | "finished" | "drafts";
export type Line = { kind: "group"; group: Group; size: number } | { kind: "problem"; problem: Listed };

export const GROUPS: Readonly<Record<Group, Key>> = {
  needs: "group.needs",
  running: "group.running",
  finished: "group.finished",
  drafts: "group.drafts",
};

/** Return where a problem stands, as a list shows it. */
export function standingOf(problem: Listed): State {
  if (!problem.run) return problem.status === "cancelled" ? "cancelled" : "draft";
  return problem.run.awaited ? "waiting" : (problem.run.status as State);
}

function groupOf(problem: Listed): Group {
  const state = standingOf(problem);
  if (state === "waiting" || state === "failed") return "needs";
  if (state === "running") return "running";
  return state === "draft" ? "drafts" : "finished";
}

/** Lay problems out under the heads of their groups, in the groups' order; a folded group shows its head only. */
export function linesOf(problems: readonly Listed[], folded: ReadonlySet<Group>): Line[] {
  const lines: Line[] = [];
  for (const group of Object.keys(GROUPS) as Group[]) {
    const members = problems.filter((problem) => groupOf(problem) === group);
    if (!members.length) continue;
    lines.push({ kind: "group", group, size: members.length });
    if (!folded.has(group)) lines.push(...members.map((problem): Line => ({ kind: "problem", problem })));
  }
  return lines;
}
