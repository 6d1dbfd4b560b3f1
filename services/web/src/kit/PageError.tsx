import { Button } from "@mantine/core";
import { Link, useRouter } from "@tanstack/react-router";

import { ApiError } from "../api/client";
import { useWords } from "../words/words";
import { Icon } from "./Icon";
import css from "./Page.module.css";

/** What failed, what to do next, and the request's id to tell somebody. */
export function PageError({ error }: { error: unknown }) {
  const { t } = useWords();
  const router = useRouter();
  const known = error instanceof ApiError ? error : null;
  return (
    <main id="main" className={css.centre}>
      <div className={css.alert} data-tone="bad" role="alert">
        <Icon name="circle-x" />
        <div>
          <p className="section-title">{known?.status === 404 ? t("error.missing") : t("error.title")}</p>
          <p>{known?.message ?? String(error)}</p>
          {known?.requestId && (
            <p className="meta">
              {t("error.request")} <code>{known.requestId}</code>
            </p>
          )}
          <div className={css.actions}>
            <Button onClick={() => void router.invalidate()}>{t("action.again")}</Button>
            <Button variant="default" component={Link} to="/">
              {t("shell.problems")}
            </Button>
          </div>
        </div>
      </div>
    </main>
  );
}

export function NotFound() {
  const { t } = useWords();
  return (
    <main id="main" className={css.centre}>
      <p className="section-title">{t("error.missing")}</p>
      <Button variant="default" component={Link} to="/">
        {t("shell.problems")}
      </Button>
    </main>
  );
}
