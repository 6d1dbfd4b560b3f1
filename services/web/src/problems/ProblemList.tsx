import { Button, Kbd, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDocumentTitle, useHotkeys } from "@mantine/hooks";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";

import { Icon } from "../kit/Icon";
import { Loading } from "../kit/Loading";
import { TopBar } from "../shell/TopBar";
import { type Key, useWords } from "../words/words";
import { EmptyList } from "./EmptyList";
import { ProblemTable } from "./ProblemTable";
import css from "./ProblemList.module.css";
import { TrySample } from "./TrySample";
import { useProblems } from "./useProblems";

const WORKING = "framing,tree_generation,prioritizing,planning,analyzing,synthesizing,presenting";
const TABS: readonly (readonly [Key, string | undefined])[] = [
  ["list.all", undefined],
  ["list.running", WORKING],
  ["list.done", "completed"],
  ["list.failed", "failed"],
  ["list.cancelled", "cancelled"],
  ["list.drafts", "created"],
];

/** All problems, what needs a person first. The URL holds the filter, so that a view is a link. */
export function ProblemList() {
  const { t } = useWords();
  const { status, q } = useSearch({ from: "/" });
  const { problems, more, fetchMore, error, pending } = useProblems({ status, q });
  useDocumentTitle(`${t("shell.problems")} · Seven Steps to Poem`);
  const narrowed = status !== undefined || q !== undefined;
  return (
    <>
      <TopBar>
        <Search initial={q ?? ""} />
      </TopBar>
      <main id="main" className={css.page}>
        <div className={css.head}>
          <h1 className="page-title">{t("shell.problems")}</h1>
          <div className={css.actions}>
            <TrySample />
            <Button component={Link} to="/problems/new" leftSection={<Icon name="plus" />} rightSection={<Kbd>C</Kbd>}>
              {t("list.new")}
            </Button>
          </div>
        </div>
        <nav className={css.tabs} aria-label={t("list.filter")}>
          {TABS.map(([word, value]) => (
            <Link
              key={word}
              to="/"
              search={(known) => ({ ...known, status: value })}
              className={css.tab}
              data-active={status === value || undefined}
              aria-current={status === value ? "page" : undefined}
            >
              {t(word)}
            </Link>
          ))}
        </nav>
        {error && <p role="alert">{error.message}</p>}
        {pending && <Loading rows={8} height={28} />}
        {!pending && !problems.length && (narrowed ? <p className={css.nothing}>{t("list.nothing")}</p> : <EmptyList />)}
        {problems.length > 0 && <ProblemTable problems={problems} more={more} fetchMore={fetchMore} />}
      </main>
    </>
  );
}

function Search({ initial }: { initial: string }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const [text, setText] = useState(initial);
  const box = useRef<HTMLInputElement>(null);
  useHotkeys([["mod+K", () => box.current?.focus()]], []);
  const search = useDebouncedCallback(
    (q: string) => void navigate({ to: "/", search: (known) => ({ ...known, q: q || undefined }), replace: true }),
    250,
  );
  return (
    <TextInput
      ref={box}
      className={css.search}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
      aria-label={t("list.search")}
      placeholder={t("list.search")}
      leftSection={<Icon name="search" />}
      rightSection={<Kbd>Ctrl K</Kbd>}
      rightSectionWidth={62}
    />
  );
}
