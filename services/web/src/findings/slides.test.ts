import { expect, test } from "vitest";

import { slidesCiting } from "./slides";

const slide = (title: string, notes = "") => ({ title, source: "", notes });

test("a slide counts once, by its title, its source or its notes", () => {
  const slides = [slide("No number"), slide("It costs [[E00000001]]", "[[E00000001]] again"), slide("Other", "Of [[E00000002]]"), slide("[[E00000003]]")];
  expect(slidesCiting(slides, ["E00000001", "E00000002"])).toEqual([2, 3]);
  expect(slidesCiting(slides, [])).toEqual([]);
});
