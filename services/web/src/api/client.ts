import createClient from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type ProblemDetails = Schemas["Problem"];

export const api = createClient<paths>({ baseUrl: "" });

/** What a call answers when the server says no: its problem document, or a line of ours when nothing answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;

  constructor(status: number, code: string, detail: string, requestId: string | null) {
    super(detail);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return a call's body, or throw an ApiError. */
export async function answered<T>(call: Promise<Answer<T>>): Promise<NonNullable<T>> {
  return (await answeredWithResponse(call)).data;
}

/** The same, with the response for its headers. */
export async function answeredWithResponse<T>(call: Promise<Answer<T>>): Promise<{ data: NonNullable<T>; response: Response }> {
  const { data, error, response } = await call.catch(() => {
    throw new ApiError(0, "unreachable", "The server does not answer.", null);
  });
  if (!response.ok) throw refused(response, error);
  return { data: data as NonNullable<T>, response };
}

/** Turn an answer that is no success into an ApiError. */
export function refused(response: Response, body: unknown): ApiError {
  const problem = (body ?? {}) as Partial<ProblemDetails>;
  const requestId = response.headers.get("X-Request-ID");
  return new ApiError(response.status, problem.code ?? "unexpected", problem.detail ?? response.statusText, requestId);
}

/** The version an ETag names, for If-Match. */
export function versionOf(response: Response): string | null {
  return response.headers.get("ETag");
}
