import type { Schemas } from "../api/client";

export type TreeNode = Schemas["TreeNode"];

export interface Outlined {
  node: TreeNode;
  children: Outlined[];
  number: string; // "2.4.1" by place; the root has none
}

/** Hang the nodes, which come in reading order, from each other. */
export function outline(nodes: readonly TreeNode[]): Outlined | null {
  const made = new Map<string, Outlined>();
  let root: Outlined | null = null;
  for (const node of nodes) {
    const here: Outlined = { node, children: [], number: "" };
    made.set(node.id, here);
    const parent = node.parent_id === null ? undefined : made.get(node.parent_id);
    if (parent) {
      parent.children.push(here);
      here.number = parent.number ? `${parent.number}.${parent.children.length}` : `${parent.children.length}`;
    } else root ??= here;
  }
  return root;
}

/** The rows of an outline, depth first, without what hangs from a folded node. */
export function rows(root: Outlined, folded: ReadonlySet<string>): Outlined[] {
  const found: Outlined[] = [];
  const walk = (here: Outlined) => {
    found.push(here);
    if (!folded.has(here.node.id)) here.children.forEach(walk);
  };
  walk(root);
  return found;
}

/** The ids from the root to a node. */
export function pathTo(nodes: readonly TreeNode[], id: string | undefined): ReadonlySet<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const path = new Set<string>();
  for (let at = id ? byId.get(id) : undefined; at && !path.has(at.id); at = at.parent_id ? byId.get(at.parent_id) : undefined) path.add(at.id);
  return path;
}

/** An id that is free, made from where the node will hang. */
export function freeId(nodes: readonly TreeNode[], parent: string): string {
  const taken = new Set(nodes.map((node) => node.id));
  for (let n = 1; ; n += 1) if (!taken.has(`${parent}-${n}`)) return `${parent}-${n}`;
}
