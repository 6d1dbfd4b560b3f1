import { type Outlined, outline, type TreeNode } from "./model";

export interface Place {
  x: number;
  y: number;
}
export const SIZES = {
  root: { width: 230, height: 96 },
  branch: { width: 230, height: 54 },
  leaf: { width: 400, height: 44 },
} as const;
const GAP = { column: 46, row: 8, family: 10 };

/** Lay a tree out from left to right: what hangs lowest is stacked in reading order, and each node stands at the middle of its children. */
export function placed(nodes: readonly TreeNode[]): Map<string, Place> {
  const places = new Map<string, Place>();
  let next = 0;
  const put = (here: Outlined, x: number): number => {
    const { width, height } = SIZES[here.node.kind];
    let middle: number;
    if (here.children.length) {
      const middles = here.children.map((child) => put(child, x + width + GAP.column));
      middle = ((middles[0] ?? 0) + (middles.at(-1) ?? 0)) / 2;
      next += GAP.family;
    } else {
      middle = next + height / 2;
      next += height + GAP.row;
    }
    places.set(here.node.id, { x, y: middle - height / 2 });
    return middle;
  };
  const root = outline(nodes);
  if (root) put(root, 0);
  return places;
}
