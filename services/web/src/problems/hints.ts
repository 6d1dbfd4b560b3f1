/** What a problem's text says and lacks, as it is typed. Signs only; the frame decides later what the text means. */
export type Hint = "measure" | "target" | "deadline" | "constraint";
export const HINTS: readonly Hint[] = ["measure", "target", "deadline", "constraint"];

const MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
const SIGNS: Readonly<Record<Hint, RegExp>> = {
  measure:
    /\b(cost|margin|revenue|sales|price|churn|rate|share|time|minutes|hours|days|profit|volume|conversion|turnaround|demand|spend|customers?|orders?|errors?|number)\b|成本|利润|收入|销售|价格|流失|率|时间|份额|数量|需求/i,
  target: /\d+([.,]\d+)?\s*(%|percent|points?|pp\b|million|k\b|min)|\b(to|by|under|below|above|at least|from)\s+\D{0,12}\d|\d\s*(%|个百分点|万|亿)/i,
  deadline: new RegExp(
    String.raw`\b(by|until|before|within|in|next)\s+(the\s+)?(end|\d|q[1-4]|next|week|month|quarter|year|summer|winter|spring|autumn|${MONTH})|\b20\d\d\b|20\d\d年|月底|季度|年底`,
    "i",
  ),
  constraint: /\b(without|cannot|can't|must not|may not|no more than|out of scope|except|keep|unless|subject to|limit)\b|不得|不能|不可|除外|保持|不超过/i,
};

export const said = (text: string): ReadonlySet<Hint> => new Set(HINTS.filter((hint) => SIGNS[hint].test(text)));
