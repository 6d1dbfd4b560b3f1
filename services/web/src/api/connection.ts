import { useSyncExternalStore } from "react";

/** Whether what is on the screen is what the server knows. One store for the page; the pill shows it. */
export type Line = "live" | "reconnecting" | "offline";

export interface Connection {
  line: Line;
  attempt: number;
  seq: number | null;
  heardAt: number; // when the server was last heard, epoch milliseconds
}

let state: Connection = { line: "live", attempt: 0, seq: null, heardAt: Date.now() };
const listeners = new Set<() => void>();

function put(next: Connection): void {
  state = next;
  for (const listener of listeners) listener();
}

export const connection = {
  heard: (seq: number | null = state.seq) => put({ line: navigator.onLine ? "live" : "offline", attempt: 0, seq, heardAt: Date.now() }),
  lost: (attempt: number) => put({ ...state, line: navigator.onLine && attempt <= 5 ? "reconnecting" : "offline", attempt }),
};

window.addEventListener("offline", () => put({ ...state, line: "offline" }));
window.addEventListener("online", () => put({ ...state, line: "reconnecting" }));

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
