import { expect, test } from "vitest";

import { parseEvents, pauseBefore } from "./stream";

test("whole events are cut off and the rest is kept", () => {
  const { events, rest } = parseEvents('id: 3\nevent: step_started\ndata: {"a":1}\n\n: ping\n\nid: 4\nevent: st');
  expect(events).toEqual([
    { id: 3, kind: "step_started", data: '{"a":1}' },
    { id: null, kind: "ping", data: "" },
  ]);
  expect(rest).toBe("id: 4\nevent: st");
});

test("a retry line alone is no event, and many data lines are one", () => {
  expect(parseEvents("retry: 2000\n\n").events).toEqual([]);
  expect(parseEvents("data: a\ndata: b\n\n").events).toEqual([{ id: null, kind: "message", data: "a\nb" }]);
  expect(parseEvents("event: end\r\ndata: {}\r\n\r\n").events).toEqual([{ id: null, kind: "end", data: "{}" }]);
});

test("pauses grow and stay bearable", () => {
  expect([0, 1, 2, 10].map(pauseBefore)).toEqual([500, 1000, 2000, 10_000]);
});
