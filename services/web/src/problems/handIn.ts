import { answered, api } from "../api/client";
import type { Mode } from "../run/useRunActions";

interface Draft {
  text: string;
  title: string;
  urgency: string;
  files: readonly File[];
}

/** Hand a problem in with its files and, if asked, start it. A repeat with the same key hands nothing in twice. Returns its id. */
export async function handIn(draft: Draft, start: Mode | null, key: string): Promise<string> {
  const problem = await answered(
    api.POST("/v1/problems", {
      params: { header: { "idempotency-key": key } },
      body: { text: draft.text, urgency: draft.urgency, files: [] },
      bodySerializer: () => formOf(draft),
    }),
  );
  if (start) {
    await answered(api.POST("/v1/problems/{problem_id}/runs", { params: { path: { problem_id: problem.id } }, body: { mode: start } }));
  }
  return problem.id;
}

function formOf(draft: Draft): FormData {
  const form = new FormData();
  form.set("text", draft.text);
  if (draft.title.trim()) form.set("title", draft.title);
  form.set("urgency", draft.urgency);
  for (const file of draft.files) form.append("files", file);
  return form;
}
