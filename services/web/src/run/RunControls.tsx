import { ActionIcon, Button, Menu, Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { answered, api, type Schemas } from "../api/client";
import { Icon } from "../kit/Icon";
import page from "../kit/Page.module.css";
import { refusedToast, said } from "../kit/said";
import shell from "../shell/Shell.module.css";
import { useWords } from "../words/words";
import { useRunActions } from "./useRunActions";

type Asked = "cancel" | "over" | "delete";

/** What can be done to the whole run. What loses something asks first and names what is kept. */
export function RunControls({ id, run }: { id: string; run: Schemas["RunView"] }) {
  const { t } = useWords();
  const { act, busy } = useRunActions(id);
  const [asked, ask] = useState<Asked | null>(null);
  const navigate = useNavigate();
  const running = run.status === "running";
  const remove = () =>
    answered(api.DELETE("/v1/problems/{problem_id}", { params: { path: { problem_id: id } } })).then(
      () => {
        said(t("run.deleted"));
        void navigate({ to: "/" });
      },
      (error: unknown) => refusedToast(t, error),
    );
  const done = {
    cancel: () => act({ do: "cancel" }),
    over: () => act({ do: "start", mode: run.mode === "guided" ? "guided" : "auto" }),
    delete: () => void remove(),
  };
  return (
    <>
      {running && (
        <Button variant="default" className={shell.optional} loading={busy === "cancel"} onClick={() => ask("cancel")}>
          {t("run.cancel")}
        </Button>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("run.more")} size={32}>
            <Icon name="dots" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {running && (
            <Menu.Item leftSection={<Icon name="ban" />} onClick={() => ask("cancel")}>
              {t("run.cancel")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Icon name="refresh" />} disabled={running} onClick={() => ask("over")}>
            {t("run.over", { n: run.epoch + 1 })}
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="trash" />} onClick={() => ask("delete")}>
            {t("run.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked && (
        <Modal opened onClose={() => ask(null)} title={t(`ask.${asked}`, { n: run.epoch + 1 })} closeButtonProps={{ "aria-label": t("action.close") }}>
          <p>{t(`ask.${asked}.keeps`, { n: run.epoch })}</p>
          <div className={page.actions} style={{ justifyContent: "flex-end" }}>
            <Button variant="subtle" onClick={() => ask(null)}>
              {t("action.keep")}
            </Button>
            <Button
              onClick={() => {
                done[asked]();
                ask(null);
              }}
            >
              {t(`ask.${asked}.do`, { n: run.epoch + 1 })}
            </Button>
          </div>
        </Modal>
      )}
    </>
  );
}
