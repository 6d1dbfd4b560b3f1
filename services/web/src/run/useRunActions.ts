import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "../api/client";
import { problemKey, type Step } from "../api/queries";
import { refusedToast } from "../kit/said";
import { useWords } from "../words/words";

export type Mode = "auto" | "guided";
export type RunAction =
  | { do: "start"; mode: Mode }
  | { do: "cancel" | "resume" | "continue" }
  | { do: "rerun"; from?: Step; mode?: Mode }
  | { do: "retry"; execution: string };

/** What can be done to a run; each is one call of the API, and the page then shows what the server says. */
export function useRunActions(id: string) {
  const { t } = useWords();
  const client = useQueryClient();
  const { mutate, isPending, variables } = useMutation({
    mutationFn: (action: RunAction) => call(id, action),
    onError: (error) => refusedToast(t, error),
    onSettled: () => client.invalidateQueries({ queryKey: problemKey(id) }),
  });
  return { act: mutate, busy: isPending ? variables.do : null };
}

async function call(id: string, action: RunAction): Promise<unknown> {
  const params = { path: { problem_id: id } };
  switch (action.do) {
    case "start":
      return answered(api.POST("/v1/problems/{problem_id}/runs", { params, body: { mode: action.mode } }));
    case "cancel":
      return answered(api.POST("/v1/problems/{problem_id}/cancel", { params }));
    case "resume":
      return answered(api.POST("/v1/problems/{problem_id}/resume", { params }));
    case "continue":
      return answered(api.POST("/v1/problems/{problem_id}/continue", { params }));
    case "rerun":
      return answered(
        api.POST("/v1/problems/{problem_id}/rerun", { params, body: { mode: action.mode ?? "auto", from_step: action.from ?? null } }),
      );
    case "retry":
      return answered(api.POST("/v1/executions/{execution_id}/retry", { params: { path: { execution_id: action.execution } } }));
  }
}
