import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../api/client";
import { problemKey, synthesis, tree } from "../api/queries";
import { refusedToast, said } from "../kit/said";
import type { Verdict } from "../kit/verdicts";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";

export type TreeEdit = Schemas["TreeChange"]["edit"];
type Edit = TreeEdit | "undo";

/** The tree as the server has it, what became of its leaves, and its edits: each is a new version based on the one that is shown. */
export function useTree() {
  const { t } = useWords();
  const { id, decided } = useProblem();
  const client = useQueryClient();
  const { data, isPending } = useQuery(tree(id));
  const answer = useQuery({ ...synthesis(id), enabled: decided.has("synthesize") }).data?.data;
  const { mutate, isPending: busy } = useMutation({
    mutationFn: (edit: Edit) => call(id, edit, data?.etag ?? null),
    onSuccess: (found, edit) => {
      if (edit !== "undo") said(t("tree.saved", { version: found.version }), () => mutate("undo"));
    },
    onError: (error) => refusedToast(t, error),
    onSettled: () => client.invalidateQueries({ queryKey: problemKey(id) }),
  });
  const verdicts = new Map<string, Verdict>(answer?.decision.leaf_verdicts.map((one) => [one.node_id, one.verdict]));
  const effects = new Map(answer?.decision.leaf_verdicts.map((one) => [one.node_id, one]));
  return { id, tree: data?.data, isPending, busy, edit: mutate, verdicts, effects, answer };
}

function call(id: string, edit: Edit, version: string | null): Promise<Schemas["Decided_IssueTree_"]> {
  const params = { path: { problem_id: id }, header: version ? { "if-match": version } : {} };
  return edit === "undo"
    ? answered(api.POST("/v1/problems/{problem_id}/tree/undo", { params }))
    : answered(api.POST("/v1/problems/{problem_id}/tree/edits", { params, body: { edit, reason: null } }));
}
