import { queryOptions } from "@tanstack/react-query";

import { ApiError, answered, answeredWithResponse, api, type Schemas, versionOf } from "./client";

export type Step = Schemas["StepName"];
export const STEPS: readonly Step[] = ["frame", "tree", "prioritize", "plan", "analyze", "synthesize", "present"];

export interface ListFilter {
  status?: string;
  q?: string;
}

/** Keys begin with the problem's id, so that one event can mark all of it as old. */
export const problemKey = (id: string) => ["problem", id] as const;
const at = (problem_id: string) => ({ params: { path: { problem_id } } });
const cited = (problem_id: string) => ({ params: { path: { problem_id }, query: { cited: true } } });

export const samples = () =>
  queryOptions({ queryKey: ["samples"], queryFn: () => answered(api.GET("/v1/samples")), staleTime: Infinity });

export const problem = (id: string) =>
  queryOptions({ queryKey: [...problemKey(id), "facts"], queryFn: () => answered(api.GET("/v1/problems/{problem_id}", at(id))) });

export const runs = (id: string) =>
  queryOptions({ queryKey: [...problemKey(id), "runs"], queryFn: () => answered(api.GET("/v1/problems/{problem_id}/runs", at(id))) });

export const executions = (id: string) =>
  queryOptions({
    queryKey: [...problemKey(id), "executions"],
    queryFn: () => answered(api.GET("/v1/problems/{problem_id}/executions", at(id))),
  });

/** A decision with the version to name in If-Match; null while the step has not decided. */
export interface Versioned<T> {
  data: T;
  etag: string | null;
}

async function decided<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<Versioned<T> | null> {
  try {
    const { data, response } = await answeredWithResponse(call);
    return { data: data as T, etag: versionOf(response) };
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_decided_yet") return null;
    throw error;
  }
}

const decision = (id: string, step: Step) => [...problemKey(id), "decision", step] as const;

export const frame = (id: string) =>
  queryOptions({ queryKey: decision(id, "frame"), queryFn: () => decided<Schemas["Decided_Frame_"]>(api.GET("/v1/problems/{problem_id}/frame", cited(id))) });

export const tree = (id: string) =>
  queryOptions({ queryKey: decision(id, "tree"), queryFn: () => decided<Schemas["Decided_IssueTree_"]>(api.GET("/v1/problems/{problem_id}/tree", cited(id))) });

export const priorities = (id: string) =>
  queryOptions({
    queryKey: decision(id, "prioritize"),
    queryFn: () => decided<Schemas["Decided_Priorities_"]>(api.GET("/v1/problems/{problem_id}/priorities", cited(id))),
  });

export const plans = (id: string) =>
  queryOptions({ queryKey: decision(id, "plan"), queryFn: () => decided<Schemas["Decided_Plans_"]>(api.GET("/v1/problems/{problem_id}/plans", cited(id))) });

export const synthesis = (id: string) =>
  queryOptions({
    queryKey: decision(id, "synthesize"),
    queryFn: () => decided<Schemas["Decided_Synthesis_"]>(api.GET("/v1/problems/{problem_id}/synthesis", cited(id))),
  });

/** A slide of the newest deck as a picture; the version makes a new deck's picture another one. */
export const slidePicture = (id: string, slide: number, version: number | undefined) => `/v1/problems/${id}/deck/slides/${slide}/picture?v=${version ?? 0}`;

export const deck = (id: string) =>
  queryOptions({
    queryKey: decision(id, "present"),
    queryFn: () => decided<Schemas["Decided_Storyline_"]>(api.GET("/v1/problems/{problem_id}/deck", cited(id))),
  });

export const findings = (id: string) =>
  queryOptions({
    queryKey: decision(id, "analyze"),
    queryFn: () =>
      decided<Schemas["FindingPage"]>(api.GET("/v1/problems/{problem_id}/findings", { params: { path: { problem_id: id }, query: { limit: 200 } } })),
  });

export const deliverables = (id: string) =>
  queryOptions({
    queryKey: [...problemKey(id), "deliverables"],
    queryFn: () => answered(api.GET("/v1/problems/{problem_id}/deliverables", at(id))),
  });

export const evidence = (id: string, key: string) =>
  queryOptions({
    queryKey: [...problemKey(id), "evidence", key],
    queryFn: () =>
      answered(api.GET("/v1/problems/{problem_id}/evidence/{key}", { params: { path: { problem_id: id, key } } })),
    staleTime: Infinity, // an entry never changes: its key follows from its recipe and its value
  });

export const audit = (id: string) =>
  queryOptions({
    queryKey: [...problemKey(id), "audit"],
    queryFn: () => answered(api.GET("/v1/problems/{problem_id}/audit", at(id))),
  });

export const versions = (id: string, step: Step) =>
  queryOptions({
    queryKey: [...problemKey(id), "versions", step],
    queryFn: () => answered(api.GET("/v1/problems/{problem_id}/{step}/versions", { params: { path: { problem_id: id, step } } })),
  });

export const difference = (id: string, from?: number, to?: number) =>
  queryOptions({
    queryKey: [...problemKey(id), "diff", from, to],
    queryFn: () => answered(api.GET("/v1/problems/{problem_id}/diff", { params: { path: { problem_id: id }, query: { from, to } } })),
  });
