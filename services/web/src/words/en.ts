import { frameWords } from "./en.frame";
import { screenWords } from "./en.screens";

/** Everything the front end says, in English. The keys are the catalogue; zh.ts has each of them. */
export const en = { ...frameWords, ...screenWords } as const;
