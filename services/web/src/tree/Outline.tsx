import { type KeyboardEvent, useRef, useState } from "react";

import { Icon } from "../kit/Icon";
import { plain } from "../kit/cited";
import { Mark } from "../kit/Status";
import { type Verdict, VERDICTS } from "../kit/verdicts";
import { useWords } from "../words/words";
import { type Outlined, outline, rows, type TreeNode } from "./model";
import css from "./Tree.module.css";
import type { Editing } from "./TreePage";
import type { TreeEdit } from "./useTree";

interface Props {
  nodes: readonly TreeNode[];
  numbers: Readonly<Record<string, string>>;
  verdicts: ReadonlyMap<string, Verdict>;
  chosen: string | undefined;
  choose: (id: string | undefined) => void;
  startEdit: (editing: Editing) => void;
  edit: (edit: TreeEdit | "undo") => void;
}

/** The tree as a list that the keyboard can do everything to: arrows move and fold, Enter adds, F2 renames, Alt and arrows reorder. */
export function Outline({ nodes, numbers, verdicts, chosen, choose, startEdit, edit }: Props) {
  const { t } = useWords();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set<string>());
  const list = useRef<HTMLUListElement>(null);
  const root = outline(nodes);
  const shown = root ? rows(root, folded) : [];
  const at = Math.max(0, shown.findIndex((row) => row.node.id === chosen));

  const go = (to: number) => {
    const row = shown[to];
    if (!row) return;
    choose(row.node.id);
    list.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[to]?.focus();
  };
  const fold = (id: string, closed: boolean) => {
    const next = new Set(folded);
    if (closed) next.add(id);
    else next.delete(id);
    setFolded(next);
  };
  const shift = (row: Outlined, by: 1 | -1) => {
    const { node } = row;
    if (node.parent_id !== null) edit({ kind: "move", node_id: node.id, parent_id: node.parent_id, position: Math.max(0, node.position + by) });
  };
  const onKey = (event: KeyboardEvent, row: Outlined) => {
    const { node } = row;
    const acts: Record<string, () => void> = {
      ArrowDown: () => (event.altKey ? shift(row, 1) : go(at + 1)),
      ArrowUp: () => (event.altKey ? shift(row, -1) : go(at - 1)),
      ArrowRight: () => (folded.has(node.id) ? fold(node.id, false) : row.children.length && go(at + 1)),
      ArrowLeft: () => (row.children.length && !folded.has(node.id) ? fold(node.id, true) : go(shown.findIndex((one) => one.node.id === node.parent_id))),
      Home: () => go(0),
      End: () => go(shown.length - 1),
      Enter: () => startEdit({ kind: "child", node: node.kind === "leaf" ? (node.parent_id ?? node.id) : node.id }),
      F2: () => startEdit({ kind: "rename", node: node.id }),
      Delete: () => node.kind !== "root" && edit({ kind: "remove", node_id: node.id }),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <>
      <p className={`meta ${css.keys}`}>{t("tree.keys")}</p>
      <ul className={css.outline} role="tree" aria-label={t("tree.outline")} ref={list}>
        {shown.map((row, index) => {
          const { node } = row;
          const verdict = verdicts.get(node.id);
          return (
            <li
              key={node.id}
              role="treeitem"
              aria-level={node.level + 1}
              aria-expanded={row.children.length ? !folded.has(node.id) : undefined}
              aria-selected={node.id === chosen}
              tabIndex={index === at ? 0 : -1}
              className={css.outlineRow}
              style={{ paddingLeft: 16 + node.level * 24 }}
              onClick={() => choose(node.id)}
              onKeyDown={(event) => onKey(event, row)}
            >
              {row.children.length > 0 ? <Icon name={folded.has(node.id) ? "chevron-right" : "chevron-down"} size={14} /> : <span className={css.bullet} />}
              <span className="meta num">{row.number}</span>
              <span className={node.kind === "leaf" ? undefined : css.strong}>{plain(node.title, numbers)}</span>
              {verdict && (
                <span className={css.rowEnd}>
                  <Mark look={VERDICTS[verdict]} />
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
