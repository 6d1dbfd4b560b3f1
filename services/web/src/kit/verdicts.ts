import type { Look } from "./state";

/** What became of a question. A refutation is a result, so it is neutral. */
export const VERDICTS = {
  supported: { word: "verdict.supported", icon: "circle-check", tone: "ok" },
  refuted: { word: "verdict.refuted", icon: "circle-x", tone: "neutral" },
  undecided: { word: "verdict.undecided", icon: "alert-triangle", tone: "warn" },
  not_tested: { word: "verdict.not_tested", icon: "circle-dashed", tone: "neutral" },
} as const satisfies Record<string, Look>;
export type Verdict = keyof typeof VERDICTS;
