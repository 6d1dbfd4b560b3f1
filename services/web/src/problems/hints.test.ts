import { expect, test } from "vitest";

import { said } from "./hints";

test("a text that says all four", () => {
  expect([...said("Bring the cost per order down 10% by 31 December 2026 without losing customers.")]).toEqual([
    "measure",
    "target",
    "deadline",
    "constraint",
  ]);
  expect(said("成本在2026年底之前降低10%，不得减少客户。").size).toBe(4);
});

test("a text that says nothing yet", () => {
  expect(said("Things feel slow").size).toBe(0);
  expect([...said("Why did churn rise?")]).toEqual(["measure"]);
});
