import { expect, test } from "vitest";

import { daysOf, span } from "./calendar";

test("a week at least, and every bar inside it", () => {
  const plans = [
    { start: "2026-11-30", due: "2026-11-30" },
    { start: "2026-12-01", due: "2026-12-03" },
  ];
  const days = daysOf(plans);
  expect([days[0], days.length]).toEqual(["2026-11-30", 7]);
  expect(plans.map((plan) => span(plan, days))).toEqual([
    { from: 0, length: 1 },
    { from: 1, length: 3 },
  ]);
  expect(daysOf([])).toEqual([]);
});
