import type { Schemas } from "../api/client";
import { STEPS, type Step } from "../api/queries";
import type { Key } from "../words/words";
import type { IconName } from "./Icon";
import { before } from "./screens";

export type Tone = "neutral" | "accent" | "ok" | "warn" | "bad" | "stale";
export interface Look {
  word: Key;
  icon: IconName;
  tone: Tone;
}

/** The states a run or a step shows: one icon, one word, one colour each. */
export const LOOKS = {
  draft: { word: "state.draft", icon: "pencil", tone: "neutral" },
  queued: { word: "state.queued", icon: "circle-dashed", tone: "neutral" },
  running: { word: "state.running", icon: "clock", tone: "accent" },
  waiting: { word: "state.waiting", icon: "eye", tone: "warn" },
  completed: { word: "state.completed", icon: "circle-check", tone: "ok" },
  failed: { word: "state.failed", icon: "circle-x", tone: "bad" },
  cancelled: { word: "state.cancelled", icon: "ban", tone: "neutral" },
  stale: { word: "state.stale", icon: "history", tone: "stale" },
} as const satisfies Record<string, Look>;
export type State = keyof typeof LOOKS;

type Run = Schemas["RunView"];
type Execution = Schemas["ExecutionView"];

/** A step whose version is to be approved waits for a person; a stale one says so first. */
export function stepState(one: Execution | undefined, run: Run | undefined, stale: readonly Step[]): State {
  if (!one) return "draft";
  if (one.status === "completed" && stale.includes(one.step)) return "stale";
  if (run && awaitedStep(run) === one.step) return "waiting";
  return one.status as State;
}

/** Return the step whose version a guided run waits to have approved: the one before a held step, or the last when all are done. */
export function awaitedStep(run: Run): Step | null {
  if (run.status !== "running" || run.mode !== "guided") return null;
  const next = run.executions.find((one) => one.status !== "completed");
  if (!next) return run.executions.at(-1)?.step ?? null;
  return next.held && next.status === "queued" ? before(next.step) : null;
}

export function runState(run: Run | undefined): State {
  if (!run) return "draft";
  if (awaitedStep(run)) return "waiting";
  return run.status as State;
}

export const stepNumber = (step: Step): number => STEPS.indexOf(step) + 1;
