import { ApiError } from "../api/client";
import type { Say } from "../words/words";

export interface Toast {
  id: number;
  tone: "ok" | "bad";
  title: string;
  detail?: string;
  undo?: () => void;
}

const MOST = 3;
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function put(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export const toastStore = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: () => toasts,
  close: (id: number) => put(toasts.filter((toast) => toast.id !== id)),
};

function show(toast: Omit<Toast, "id">): number {
  last += 1;
  put([...toasts, { ...toast, id: last }].slice(-MOST));
  return last;
}

/** Say in a corner that something was done; it goes after six seconds. */
export function said(title: string, undo?: () => void): void {
  const id = show({ tone: "ok", title, ...(undo && { undo }) });
  setTimeout(() => toastStore.close(id), 6000);
}

/** Say what the server refused and why; it stays until it is closed. */
export function refusedToast(t: Say, error: unknown): void {
  const known = error instanceof ApiError ? error : null;
  const request = known?.requestId ? ` ${t("error.request")} ${known.requestId}` : "";
  show({
    tone: "bad",
    title: known?.status === 412 ? t("error.changed") : t("error.title"),
    detail: `${known?.message ?? String(error)}${request}`,
  });
}
