import { expect, test } from "vitest";

import { cutLine, scoreAt, shareOf, SIDE, spread } from "./place";

test("a place is a score and a score a place", () => {
  for (const score of [1, 4, 10]) expect(scoreAt(shareOf(score))).toBe(score);
  expect([scoreAt(-2), scoreAt(3)]).toEqual([1, 10]);
});

test("points at one place stand side by side", () => {
  const at = (impact_score: number, feasibility_score: number) => ({ impact_score, feasibility_score });
  expect(spread([at(5, 5), at(5, 5), at(9, 1), at(5, 5)])).toEqual([-1, 0, 0, 1]);
});

test("the cut line stays inside the square", () => {
  const line = cutLine(30);
  const values = line.slice(1).split("L").flatMap((point) => point.split(",").map(Number));
  expect(values.length).toBeGreaterThan(20);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThanOrEqual(SIDE);
  expect(cutLine(500)).toBe("");
});
