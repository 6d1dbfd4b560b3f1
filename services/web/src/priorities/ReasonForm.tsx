import { Button, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";

import page from "../kit/Page.module.css";
import { useWords } from "../words/words";
import type { Issue, Override } from "./usePriorities";

interface Props {
  change: Omit<Override, "reason">;
  issue: Issue | undefined;
  save: (reason: string) => void;
  close: () => void;
}

/** A score that a person changes is kept with its reason. */
export function ReasonForm({ change, issue, save, close }: Props) {
  const { t } = useWords();
  const [reason, setReason] = useState("");
  const moves = [
    change.impact !== undefined && change.impact !== issue?.impact_score && t("reason.impact", { from: issue?.impact_score ?? "", to: change.impact }),
    change.ease !== undefined && change.ease !== issue?.feasibility_score && t("reason.ease", { from: issue?.feasibility_score ?? "", to: change.ease }),
    change.recommended !== undefined && t(change.recommended ? "reason.keep" : "reason.cut"),
  ].filter(Boolean);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!reason.trim()) return;
    save(reason.trim());
    close();
  };
  return (
    <Modal opened onClose={close} title={issue?.title} closeButtonProps={{ "aria-label": t("action.close") }}>
      <form onSubmit={submit}>
        <p>{moves.join(" ")}</p>
        <Textarea data-autofocus mt="sm" label={t("reason.why")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} autosize minRows={2} maxLength={2000} />
        <p className="meta">{t("reason.stale")}</p>
        <div className={page.actions} style={{ justifyContent: "flex-end" }}>
          <Button variant="subtle" onClick={close}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" disabled={!reason.trim()}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
