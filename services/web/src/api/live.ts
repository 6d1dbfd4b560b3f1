import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import type { Schemas } from "./client";
import { connection } from "./connection";
import { problemKey, runs } from "./queries";
import { follow, type ServerEvent } from "./stream";

type EventView = Schemas["EventView"];
type RunView = Schemas["RunView"];

/** Follow a problem while its pages are open. `from` is the number of the newest event the snapshot knows. */
export function useLiveProblem(id: string, from: number | undefined, restart: string | undefined): void {
  const client = useQueryClient();
  const seen = useRef({ id, seq: 0 }); // a stream that is opened again goes on where the last one stopped
  useEffect(() => {
    if (from === undefined) return undefined;
    if (seen.current.id !== id) seen.current = { id, seq: 0 };
    const stop = new AbortController();
    const refresh = gathered(() => void client.invalidateQueries({ queryKey: problemKey(id) }));
    void follow(
      `/v1/problems/${id}/events`,
      Math.max(from, seen.current.seq),
      {
        onOpen: () => connection.heard(),
        onEvent: (event) => {
          seen.current.seq = Math.max(seen.current.seq, event.id ?? 0);
          heard(client, id, event, refresh);
        },
        onLost: (attempt) => connection.lost(attempt),
        onEnd: () => connection.heard(), // the event that ended the run has had everything read again
      },
      stop.signal,
    );
    return () => stop.abort();
    // The stream keeps its own place; `from` matters only when it is opened.
  }, [client, id, from === undefined, restart]);
}

function heard(client: QueryClient, id: string, event: ServerEvent, refresh: () => void): void {
  connection.heard(event.id);
  if (event.kind === "ping") return;
  const view = JSON.parse(event.data) as EventView;
  if (event.kind === "step_progress") {
    client.setQueryData(runs(id).queryKey, (known) => known && withProgress(known, view));
  } else {
    refresh();
  }
}

/** Return the runs with a step's new progress in them. */
export function withProgress(known: RunView[], event: EventView): RunView[] {
  const { progress, activity } = event.body as { progress?: number; activity?: string };
  return known.map((run) => ({
    ...run,
    executions: run.executions.map((one) =>
      one.id === event.execution_id
        ? { ...one, progress_percentage: progress ?? one.progress_percentage, current_activity: activity ?? one.current_activity }
        : one,
    ),
  }));
}

/** Many calls within a moment become one. */
function gathered(action: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      action();
    }, 60);
  };
}
