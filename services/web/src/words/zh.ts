import type { Catalogue } from "./words";
import { frameWords } from "./zh.frame";
import { screenWords } from "./zh.screens";

/** Everything the front end says, in Chinese. */
export const zh: Catalogue = { ...frameWords, ...screenWords };
