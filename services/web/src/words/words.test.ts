import { expect, test } from "vitest";

import { en } from "./en";
import { format } from "./format";
import { ago, duration, size } from "./numbers";
import type { Say } from "./words";
import { zh } from "./zh";

const t: Say = (key, values) => format(en[key], values);
const slots = (text: string) => new Set(text.match(/\{\w+\}/g) ?? []);

test("Chinese says everything that English says, with the same slots", () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  for (const [key, text] of Object.entries(en)) expect(slots(zh[key as keyof typeof en]), key).toEqual(slots(text));
});

test("a text without Chinese in it is a name or a form, not a text left untranslated", () => {
  const same = Object.entries(zh).filter(([key, text]) => text === en[key as keyof typeof en] && !/^[\W\d]*(\{\w+\}[\W\d]*)*$/.test(text));
  expect(same.filter(([, text]) => !["SQL", "CSV", "ID"].includes(text))).toEqual([]);
});

test("one and many", () => {
  expect(format("{n} finding|{n} findings", { n: 1 })).toBe("1 finding");
  expect(format("{n} finding|{n} findings", { n: 14 })).toBe("14 findings");
});

test("sizes, durations and times are short", () => {
  expect([size(500, "en"), size(38_200, "en"), size(1_234_567, "en"), size(null, "en")]).toEqual(["500 B", "38 kB", "1.2 MB", "n/a"]);
  expect([duration(21), duration(74), duration(3723)]).toEqual(["0:21", "1:14", "1:02:03"]);
  const now = new Date("2026-11-27T12:00:00Z");
  expect(ago("2026-11-27T11:58:00Z", now, t, "en")).toBe("2 min");
  expect(ago("2026-11-27T09:00:00Z", now, t, "en")).toBe("3 h");
  expect(ago("2026-11-18T12:00:00Z", now, t, "en")).toBe("18 Nov");
  expect(ago("2025-12-05T12:00:00Z", now, t, "en")).toBe("5 Dec 2025");
});
