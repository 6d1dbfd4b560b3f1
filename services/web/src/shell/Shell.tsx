import { useHotkeys } from "@mantine/hooks";
import { Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import { useWords } from "../words/words";
import css from "./Shell.module.css";
import { Sidebar } from "./Sidebar";

const Keys = lazy(() => import("./Keys"));

/** The frame of every page: the sidebar (a rail on problem pages), then the page with its own top bar. Single keys sleep while somebody types. */
export function Shell() {
  const { id }: { id?: string } = useParams({ strict: false });
  const [keysShown, setKeysShown] = useState(false);
  const { t } = useWords();
  const navigate = useNavigate();
  useHotkeys([
    ["c", () => void navigate({ to: "/problems/new" })],
    ["shift+?", () => setKeysShown(true)],
  ]);
  return (
    <div className={css.shell} data-rail={id !== undefined || undefined}>
      <a className={css.skip} href="#main">
        {t("shell.skip")}
      </a>
      <Sidebar rail={id !== undefined} onKeys={() => setKeysShown(true)} />
      <div className={css.page}>
        <Outlet />
      </div>
      <Suspense>{keysShown && <Keys onClose={() => setKeysShown(false)} />}</Suspense>
    </div>
  );
}
