import { ActionIcon } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { evidence } from "../api/queries";
import { Icon } from "../kit/Icon";
import { Loading } from "../kit/Loading";
import { useWords } from "../words/words";
import css from "./EvidenceDrawer.module.css";
import { EntryView } from "./EntryView";
import { useEvidence } from "./open";

/** Where a number comes from. It peeks over the page, which stays usable; the URL holds which number it is. */
export function EvidenceDrawer({ id }: { id: string }) {
  const { openKey, open } = useEvidence();
  if (!openKey) return null;
  return <Drawer id={id} ledgerKey={openKey} close={() => open(undefined)} />;
}

function Drawer({ id, ledgerKey, close }: { id: string; ledgerKey: string; close: () => void }) {
  const { t } = useWords();
  const { data, error } = useQuery(evidence(id, ledgerKey));
  const title = useRef<HTMLHeadingElement>(null);
  const before = useRef<Element | null>(null);
  useEffect(() => {
    before.current = document.activeElement;
    title.current?.focus();
    return () => {
      if (before.current instanceof HTMLElement) before.current.focus();
    };
  }, []);
  useHotkeys([["Escape", close]], []);
  return (
    <aside className={css.drawer} role="dialog" aria-label={t("evidence.title")}>
      <header className={css.head}>
        <h2 className="section-title" ref={title} tabIndex={-1}>
          {t("evidence.title")}
        </h2>
        <code className="meta">{ledgerKey}</code>
        <ActionIcon variant="subtle" color="gray" aria-label={t("action.close")} onClick={close} ml="auto" size={32}>
          <Icon name="x" />
        </ActionIcon>
      </header>
      <div className={css.body}>
        {error && <p role="alert">{error.message}</p>}
        {!data && !error && <Loading rows={5} />}
        {data && <EntryView id={id} entry={data} key={data.key} />}
      </div>
    </aside>
  );
}
