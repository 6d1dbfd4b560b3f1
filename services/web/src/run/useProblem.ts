import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { executions, problem, runs, type Step } from "../api/queries";

/** The problem whose page this is: its facts, its newest run, and which steps are stale. */
export function useProblem() {
  const { id } = useParams({ from: "/problems/$id" });
  const facts = useQuery(problem(id));
  const all = useQuery(runs(id));
  const known = useQuery(executions(id));
  const stale: readonly Step[] = known.data?.stale_steps ?? [];
  const decided = new Set((known.data?.items ?? []).filter((one) => one.status === "completed").map((one) => one.step));
  const newest = new Map((known.data?.items ?? []).toReversed().map((one) => [one.step, one]));
  return { id, problem: facts.data, run: all.data?.[0], runs: all.data, stale, newest, decided, pending: facts.isPending || all.isPending, error: facts.error };
}
