import { expect, test } from "vitest";

import { claim, factsOf, statementPieces } from "./statement";

const template = "Rate for [[=S33]] rose by {difference}, from {baseline} to {value}; {level} CI {ci_low} to {ci_high}, n = {n}.";
const statement = "Rate for S33 rose by 4.4 pp, from 1.1% to 5.5%; 95% CI 4.3 pp to 4.4 pp, n = 2,017.";

test("the template says where the numbers stand and the statement how they are written", () => {
  expect(factsOf(template, statement).displays).toEqual({
    difference: "4.4 pp",
    baseline: "1.1%",
    value: "5.5%",
    level: "95%",
    ci_low: "4.3 pp",
    ci_high: "4.4 pp",
    n: "2,017",
  });
});

test("numbers with an entry open it, the others are read", () => {
  const found = statementPieces(template, statement, { difference: "E00000001", n: "E00000002" });
  expect(found.map((piece) => piece.text).join("")).toBe(statement);
  expect(found.filter((piece) => piece.kind === "number")).toEqual([
    { kind: "number", key: "E00000001", text: "4.4 pp" },
    { kind: "number", key: "E00000002", text: "2,017" },
  ]);
});

test("a statement that is not its template's is read as it stands", () => {
  expect(statementPieces(template, "Something else.", {})).toEqual([{ kind: "text", text: "Something else." }]);
});

test("the claim ends before the figures of the test", () => {
  expect(claim(statement)).toBe("Rate for S33 rose by 4.4 pp, from 1.1% to 5.5%");
});
