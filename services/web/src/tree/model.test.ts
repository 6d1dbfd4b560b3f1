import { expect, test } from "vitest";

import { placed } from "./layout";
import { freeId, outline, pathTo, rows, type TreeNode } from "./model";

const node = (id: string, parent_id: string | null): TreeNode => ({
  id,
  parent_id,
  position: 0,
  level: 0,
  kind: parent_id ? "leaf" : "root",
  title: id,
  hypotheses: [],
  required_data: [],
  priority_hint: "medium",
  notes: "",
  logic: "",
  test: null,
  data_available: true,
});
const nodes = [node("root", null), node("A", "root"), node("A1", "A"), node("A2", "A"), node("B", "root")];

test("places are numbered as an outline numbers them", () => {
  const root = outline(nodes);
  expect(root && rows(root, new Set()).map((row) => row.number)).toEqual(["", "1", "1.1", "1.2", "2"]);
  expect(root && rows(root, new Set(["A"])).map((row) => row.node.id)).toEqual(["root", "A", "B"]);
});

test("the path to a node ends at the root, and an unknown node has none", () => {
  expect([...pathTo(nodes, "A2")]).toEqual(["A2", "A", "root"]);
  expect(pathTo(nodes, "none").size).toBe(0);
});

test("a new id is free", () => {
  expect(freeId([...nodes, node("A-1", "A")], "A")).toBe("A-2");
});

test("a tree is laid out in reading order, parents in the middle of their children", () => {
  const places = placed(nodes);
  const y = (id: string) => places.get(id)?.y ?? Number.NaN;
  expect(y("A1")).toBeLessThan(y("A2"));
  expect(y("A2")).toBeLessThan(y("B"));
  expect(y("A")).toBe((y("A1") + y("A2")) / 2);
  expect(places.get("A1")?.x).toBeGreaterThan(places.get("A")?.x ?? Number.NaN);
});
