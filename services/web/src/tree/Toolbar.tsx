import { ActionIcon, Button, Tooltip } from "@mantine/core";

import { Icon } from "../kit/Icon";
import { useWords } from "../words/words";
import type { TreeNode } from "./model";
import css from "./Tree.module.css";
import type { Editing } from "./TreePage";
import type { TreeEdit } from "./useTree";

interface Props {
  chosen: TreeNode | undefined;
  busy: boolean;
  edit: (edit: TreeEdit | "undo") => void;
  startEdit: (editing: Editing) => void;
}

/** What can be done to the chosen node. A button that cannot work says why. */
export function Toolbar({ chosen, busy, edit, startEdit }: Props) {
  const { t } = useWords();
  const removable = chosen && chosen.kind !== "root";
  const splittable = chosen?.kind === "leaf";
  return (
    <div className={css.tools}>
      <Button variant="subtle" leftSection={<Icon name="indent" />} disabled={!chosen || busy} title={chosen ? undefined : t("tree.choose")} onClick={() => chosen && startEdit({ kind: "child", node: chosen.id })}>
        {t("tree.child")}
      </Button>
      <Button variant="subtle" leftSection={<Icon name="split" />} disabled={!splittable || busy} title={splittable ? undefined : t("tree.splits")} onClick={() => chosen && startEdit({ kind: "split", node: chosen.id })}>
        {t("tree.split")}
      </Button>
      <Tooltip label={removable ? t("tree.remove") : t("tree.choose")}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          aria-label={t("tree.remove")}
          disabled={!removable || busy}
          onClick={() => chosen && edit({ kind: "remove", node_id: chosen.id })}
        >
          <Icon name="trash" />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("tree.undo")}>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("tree.undo")} disabled={busy} onClick={() => edit("undo")}>
          <Icon name="undo" />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
