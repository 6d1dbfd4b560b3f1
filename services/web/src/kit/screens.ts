import { STEPS, type Step } from "../api/queries";

/** The screen of each step, in the order of the seven. */
export const SCREENS = ["frame", "tree", "priorities", "plan", "analysis", "synthesis", "deck"] as const;
export type Screen = (typeof SCREENS)[number];

export const screenOf = (step: Step): Screen => SCREENS[STEPS.indexOf(step)] ?? "frame";

/** The step before one: a guided run waits before a step, and what is to be looked at is what the step before it made. */
export const before = (step: Step): Step => STEPS[Math.max(0, STEPS.indexOf(step) - 1)] ?? "frame";
