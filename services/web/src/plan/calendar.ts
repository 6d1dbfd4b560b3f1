interface Dated {
  start: string;
  due: string;
}
const DAY = 86_400_000;

/** The days from the first start to the last due date, at least seven, as ISO dates. */
export function daysOf(plans: readonly Dated[]): string[] {
  const times = plans.flatMap((plan) => [Date.parse(plan.start), Date.parse(plan.due)]).filter((time) => !Number.isNaN(time));
  if (!times.length) return [];
  const first = Math.min(...times);
  const last = Math.max(...times, first + 6 * DAY);
  return Array.from({ length: Math.round((last - first) / DAY) + 1 }, (_, index) => new Date(first + index * DAY).toISOString().slice(0, 10));
}

/** Where a plan's bar begins among the days, and how many it covers. */
export function span(plan: Dated, days: readonly string[]): { from: number; length: number } {
  const from = Math.max(0, days.indexOf(plan.start));
  return { from, length: Math.max(1, days.indexOf(plan.due) - from + 1) };
}
