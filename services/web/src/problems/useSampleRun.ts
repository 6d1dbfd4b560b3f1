import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { answered, api } from "../api/client";
import { refusedToast } from "../kit/said";
import { useWords } from "../words/words";

/** Hand in a bundled problem, start all seven steps and go there. */
export function useSampleRun() {
  const { t } = useWords();
  const navigate = useNavigate();
  const { mutate, isPending } = useMutation({
    mutationFn: async (name: string) => {
      const problem = await answered(api.POST("/v1/samples/{name}/problems", { params: { path: { name } } }));
      await answered(api.POST("/v1/problems/{problem_id}/runs", { params: { path: { problem_id: problem.id } }, body: { mode: "auto" } }));
      return problem.id;
    },
    onSuccess: (id) => void navigate({ to: "/problems/$id", params: { id } }),
    onError: (error) => refusedToast(t, error),
  });
  return { run: (name: string) => mutate(name), busy: isPending };
}
