import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import { Loading } from "../kit/Loading";
import { NotYet } from "../kit/NotYet";
import { useWords } from "../words/words";
import { Checks } from "./Checks";
import { NodeForm } from "./NodeForm";
import { NodePanel } from "./NodePanel";
import { Outline } from "./Outline";
import { Toolbar } from "./Toolbar";
import css from "./Tree.module.css";
import { TreeTable } from "./TreeTable";
import { useTree } from "./useTree";

const Graph = lazy(() => import("./Graph"));
export type Editing = { kind: "child" | "rename" | "split"; node: string } | null;

/** One tree as a graph, an outline and a table; what is chosen is in the URL, and every edit is a version of its own. */
export function TreePage() {
  const { t } = useWords();
  const { item, view } = useSearch({ from: "/problems/$id" });
  const navigate = useNavigate();
  const found = useTree();
  const narrow = useMediaQuery("(max-width: 767px)") ?? false;
  const [editing, setEditing] = useState<Editing>(null);
  const shown = view ?? (narrow ? "outline" : "tree");
  if (found.isPending) return <Loading />;
  if (!found.tree) return <NotYet step="tree" />;
  const { nodes } = found.tree.decision;
  const set = (what: { item?: string | undefined; view?: string }) =>
    void navigate({ to: ".", search: (known: object) => ({ ...known, ...what }), replace: true });
  const choose = (id: string | undefined) => set({ item: id });
  const chosen = nodes.find((node) => node.id === item);
  const common = { nodes, numbers: found.tree.numbers, verdicts: found.verdicts, chosen: chosen?.id, choose, startEdit: setEditing };
  return (
    <div className={css.page}>
      <div className={css.work}>
        <div className={css.toolbar}>
          <Toolbar chosen={chosen} busy={found.busy} edit={found.edit} startEdit={setEditing} />
          <SegmentedControl
            aria-label={t("tree.view")}
            value={shown}
            onChange={(value) => set({ view: value })}
            data={[
              { value: "tree", label: t("tree.graph") },
              { value: "outline", label: t("tree.outline") },
              { value: "table", label: t("tree.table") },
            ]}
          />
        </div>
        <div className={css.canvas}>
          {shown === "tree" && (
            <Suspense fallback={<Loading />}>
              <Graph {...common} />
            </Suspense>
          )}
          {shown === "outline" && <Outline {...common} edit={found.edit} />}
          {shown === "table" && <TreeTable {...common} />}
        </div>
        <Checks checks={found.tree.decision.checks} numbers={found.tree.numbers} nodes={nodes} />
      </div>
      {chosen && (
        <NodePanel
          key={chosen.id}
          node={chosen}
          nodes={nodes}
          numbers={found.tree.numbers}
          verdict={found.effects.get(chosen.id)}
          verdictNumbers={found.answer?.numbers ?? {}}
          choose={choose}
          startEdit={setEditing}
        />
      )}
      {editing && <NodeForm editing={editing} nodes={nodes} numbers={found.tree.numbers} edit={found.edit} close={() => setEditing(null)} />}
    </div>
  );
}
