import { Button, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";

import page from "../kit/Page.module.css";
import { useWords } from "../words/words";
import { freeId, type TreeNode } from "./model";
import type { Editing } from "./TreePage";
import type { TreeEdit } from "./useTree";

interface Props {
  editing: NonNullable<Editing>;
  nodes: readonly TreeNode[];
  numbers: Readonly<Record<string, string>>;
  edit: (edit: TreeEdit | "undo") => void;
  close: () => void;
}

/** The words of a new node, of a renamed one, or of the parts of a split one. Numbers stay tokens, so that their evidence is kept. */
export function NodeForm({ editing, nodes, edit, close }: Props) {
  const { t } = useWords();
  const node = nodes.find((one) => one.id === editing.node);
  const [title, setTitle] = useState(editing.kind === "rename" ? (node?.title ?? "") : "");
  const [hypothesis, setHypothesis] = useState(editing.kind === "rename" ? (node?.hypotheses?.[0] ?? "") : "");
  if (!node) return null;
  const parts = title.split("\n").map((line) => line.trim()).filter(Boolean);
  const ready = editing.kind === "split" ? parts.length >= 2 && parts.length <= 5 : title.trim().length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    edit(editOf(editing, node, nodes, parts, title.trim(), hypothesis.trim()));
    close();
  };
  return (
    <Modal opened onClose={close} title={t(`tree.form.${editing.kind}`)} closeButtonProps={{ "aria-label": t("action.close") }}>
      <form onSubmit={submit}>
        <Textarea
          data-autofocus
          label={t(editing.kind === "split" ? "tree.form.parts" : "tree.question")}
          description={editing.kind === "rename" && node.title.includes("[[") ? t("tree.form.tokens") : undefined}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          autosize
          minRows={editing.kind === "split" ? 3 : 2}
        />
        {editing.kind !== "split" && node.kind !== "root" && (
          <Textarea mt="sm" label={t("tree.hypothesis")} value={hypothesis} onChange={(event) => setHypothesis(event.currentTarget.value)} autosize />
        )}
        <div className={page.actions} style={{ justifyContent: "flex-end" }}>
          <Button variant="subtle" onClick={close}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" disabled={!ready}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function editOf(editing: NonNullable<Editing>, node: TreeNode, nodes: readonly TreeNode[], parts: string[], title: string, hypothesis: string): TreeEdit {
  if (editing.kind === "split") {
    const taken = [...nodes];
    return {
      kind: "split",
      node_id: node.id,
      parts: parts.map((part) => {
        const made = { ...node, id: freeId(taken, node.id) };
        taken.push(made);
        return { node_id: made.id, title: part, hypotheses: [part] };
      }),
    };
  }
  if (editing.kind === "child") {
    const hypotheses = hypothesis ? [hypothesis] : [];
    return { kind: "add", node_id: freeId(nodes, node.id), parent_id: node.id, title, hypotheses, required_data: [], priority_hint: "medium", notes: "" };
  }
  const changed = hypothesis && hypothesis !== node.hypotheses?.[0];
  return { kind: "update", node_id: node.id, title, hypotheses: changed ? [hypothesis] : null };
}
