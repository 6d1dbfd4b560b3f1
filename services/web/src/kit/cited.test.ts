import { expect, test } from "vitest";

import { pieces, plain } from "./cited";

const numbers = { E160edff9: "32.2%" };

test("numbers can be opened and names are read as they stand", () => {
  expect(pieces("Margin is [[E160edff9]] in [[=Pier 4]].", numbers)).toEqual([
    { kind: "text", text: "Margin is " },
    { kind: "number", key: "E160edff9", text: "32.2%" },
    { kind: "text", text: " in Pier 4." },
  ]);
});

test("a name may hold brackets, and an unknown number shows its key", () => {
  expect(plain("[[=a [b]]] and [[E00000000]]", numbers)).toBe("a [b] and E00000000");
});
