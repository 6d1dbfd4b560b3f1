import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../api/client";
import { problemKey } from "../api/queries";
import { refusedToast, said } from "../kit/said";
import { useWords } from "../words/words";

type Change = { frame: Schemas["Frame"] } | { answers: Record<string, string> };

/** Save the frame, or answers to its questions, as a new version based on the one shown: whoever is second is told and loses nothing. */
export function useFrameEdit(id: string, etag: string | null) {
  const { t } = useWords();
  const client = useQueryClient();
  const params = { path: { problem_id: id }, header: etag ? { "if-match": etag } : {} };
  return useMutation({
    mutationFn: (change: Change) =>
      "answers" in change
        ? answered(api.POST("/v1/problems/{problem_id}/frame/answers", { params, body: change }))
        : answered(api.PUT("/v1/problems/{problem_id}/frame", { params, body: { frame: change.frame, reason: null } })),
    onSuccess: (found) => said(t("tree.saved", { version: found.version })),
    onError: (error) => refusedToast(t, error),
    onSettled: () => client.invalidateQueries({ queryKey: problemKey(id) }),
  });
}
