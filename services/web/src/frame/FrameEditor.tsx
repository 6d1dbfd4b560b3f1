import { Button, Textarea } from "@mantine/core";
import { useState } from "react";

import type { Schemas } from "../api/client";
import { Cited } from "../evidence/Cited";
import css from "../kit/Document.module.css";
import { Icon } from "../kit/Icon";
import page from "../kit/Page.module.css";
import { useWords } from "../words/words";
import { useFrameEdit } from "./useFrameEdit";

interface Props {
  id: string;
  framed: Schemas["Frame"];
  numbers: Readonly<Record<string, string>>;
  etag: string | null;
  locked: boolean;
}

/** The question itself, and its words in a field when somebody changes them. */
export function FrameEditor({ id, framed, numbers, etag, locked }: Props) {
  const { t } = useWords();
  const [text, setText] = useState<string | null>(null);
  const { mutate, isPending } = useFrameEdit(id, etag);
  if (text === null) {
    return (
      <>
        <h2 className={css.answer}>
          <Cited text={framed.goal} numbers={numbers} />
        </h2>
        <div className={page.actions}>
          <Button variant="default" leftSection={<Icon name="pencil" />} disabled={locked} title={locked ? t("frame.locked") : undefined} onClick={() => setText(framed.goal)}>
            {t("frame.edit")}
          </Button>
        </div>
      </>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutate({ frame: { ...framed, goal: text.trim() } }, { onSuccess: () => setText(null) });
      }}
    >
      <Textarea
        autoFocus
        label={t("frame.goal")}
        description={text.includes("[[") ? t("tree.form.tokens") : undefined}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={3}
      />
      <div className={page.actions}>
        <Button type="submit" loading={isPending} disabled={!text.trim() || text === framed.goal}>
          {t("action.save")}
        </Button>
        <Button variant="subtle" onClick={() => setText(null)}>
          {t("action.cancel")}
        </Button>
      </div>
    </form>
  );
}
