import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../api/client";
import { problemKey } from "../api/queries";
import { refusedToast, said } from "../kit/said";
import { useWords } from "../words/words";

/** Save the frame as a new version, based on the one that is shown: whoever was second is told and loses nothing. */
export function useFrameEdit(id: string, etag: string | null) {
  const { t } = useWords();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (frame: Schemas["Frame"]) =>
      answered(
        api.PUT("/v1/problems/{problem_id}/frame", {
          params: { path: { problem_id: id }, header: etag ? { "if-match": etag } : {} },
          body: { frame, reason: null },
        }),
      ),
    onSuccess: (found) => said(t("tree.saved", { version: found.version })),
    onError: (error) => refusedToast(t, error),
    onSettled: () => client.invalidateQueries({ queryKey: problemKey(id) }),
  });
}
