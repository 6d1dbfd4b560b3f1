import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../api/client";
import { priorities, problemKey, tree } from "../api/queries";
import { plain } from "../kit/cited";
import { refusedToast, said } from "../kit/said";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";

type Priority = Schemas["NodePriority"];
export interface Issue extends Priority {
  title: string;
  rank: number;
}
export interface Override {
  node: string;
  impact?: number;
  ease?: number;
  recommended?: boolean;
  reason: string;
}

/** The leaves with their scores, best first, and what a person changes: each change is a new version with its reason. */
export function usePriorities() {
  const { t } = useWords();
  const { id, decided } = useProblem();
  const client = useQueryClient();
  const { data, isPending } = useQuery(priorities(id));
  const nodes = useQuery({ ...tree(id), enabled: decided.has("tree") }).data?.data;
  const { mutate, isPending: busy } = useMutation({
    mutationFn: (what: Override) =>
      answered(
        api.PUT("/v1/problems/{problem_id}/priorities/{node_id}", {
          params: { path: { problem_id: id, node_id: what.node }, header: data?.etag ? { "if-match": data.etag } : {} },
          body: {
            reason: what.reason,
            impact_score: what.impact ?? null,
            feasibility_score: what.ease ?? null,
            is_recommended: what.recommended ?? null,
          },
        }),
      ),
    onSuccess: (found) => said(t("tree.saved", { version: found.version })),
    onError: (error) => refusedToast(t, error),
    onSettled: () => client.invalidateQueries({ queryKey: problemKey(id) }),
  });
  const titles = new Map(nodes?.decision.nodes.map((node) => [node.id, plain(node.title, nodes.numbers)]));
  const issues = data?.data.decision.nodes.map((one, index): Issue => ({ ...one, title: titles.get(one.node_id) ?? one.node_id, rank: index + 1 })) ?? [];
  return { id, found: data?.data, issues, isPending, busy, override: mutate };
}
