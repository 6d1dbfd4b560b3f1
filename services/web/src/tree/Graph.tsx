import "@xyflow/react/dist/style.css";

import { Background, Controls, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { useMemo } from "react";

import { plain } from "../kit/cited";
import { Mark } from "../kit/Status";
import { type Verdict, VERDICTS } from "../kit/verdicts";
import { useWords } from "../words/words";
import css from "./Graph.module.css";
import { placed, SIZES } from "./layout";
import { pathTo, type TreeNode } from "./model";

interface Props {
  nodes: readonly TreeNode[];
  numbers: Readonly<Record<string, string>>;
  verdicts: ReadonlyMap<string, Verdict>;
  chosen: string | undefined;
  choose: (id: string | undefined) => void;
}
type Data = { node: TreeNode; title: string; verdict: Verdict | undefined };

const kinds = { issue: Issue };

/** The tree from left to right, in reading order; the way to the chosen node is drawn in the accent. */
export default function Graph(props: Props) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ nodes, numbers, verdicts, chosen, choose }: Props) {
  const { t } = useWords();
  const places = useMemo(() => placed(nodes), [nodes]);
  const path = useMemo(() => pathTo(nodes, chosen), [nodes, chosen]);
  const drawn = nodes.map((node): Node<Data> => {
    const { width, height } = SIZES[node.kind];
    return {
      id: node.id,
      type: "issue",
      position: places.get(node.id) ?? { x: 0, y: 0 },
      data: { node, title: plain(node.title, numbers), verdict: verdicts.get(node.id) },
      selected: node.id === chosen,
      width,
      height,
      draggable: false,
      ariaLabel: plain(node.title, numbers),
    };
  });
  const edges = nodes.flatMap((node): Edge[] =>
    node.parent_id === null
      ? []
      : [{ id: `to-${node.id}`, source: node.parent_id, target: node.id, className: path.has(node.id) ? css.onPath : css.edge, focusable: false }],
  );
  return (
    <ReactFlow
      nodes={drawn}
      edges={edges}
      nodeTypes={kinds}
      onNodeClick={(_, node) => choose(node.id)}
      onPaneClick={() => choose(undefined)}
      onNodesChange={(changes) => {
        const picked = changes.find((change) => change.type === "select" && change.selected);
        if (picked?.type === "select") choose(picked.id);
      }}
      nodesConnectable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      fitView
      fitViewOptions={{ padding: 0.06, maxZoom: 1, minZoom: 0.5 }}
      minZoom={0.2}
      maxZoom={1.5}
      onlyRenderVisibleElements={nodes.length > 150}
      proOptions={{ hideAttribution: true }}
      aria-label={t("tree.graph")}
    >
      <Background gap={20} size={1} color="var(--line-strong)" />
      <Controls showInteractive={false} aria-label={t("tree.zoom")} />
    </ReactFlow>
  );
}

function Issue({ data, selected }: NodeProps<Node<Data>>) {
  const { node, title, verdict } = data;
  return (
    <div className={css.node} data-kind={node.kind} data-selected={selected || undefined} data-refuted={verdict === "refuted" || undefined}>
      {node.kind !== "root" && <Handle type="target" position={Position.Left} className={css.handle} isConnectable={false} />}
      <span className={css.title} title={title}>
        {title}
      </span>
      {verdict && <Mark look={VERDICTS[verdict]} />}
      {node.kind !== "leaf" && <Handle type="source" position={Position.Right} className={css.handle} isConnectable={false} />}
    </div>
  );
}
