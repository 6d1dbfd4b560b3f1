import { Button, Kbd, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useHotkeys, useLocalStorage } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { ApiError } from "../api/client";
import { samples } from "../api/queries";
import { Icon } from "../kit/Icon";
import page from "../kit/Page.module.css";
import type { Mode } from "../run/useRunActions";
import shell from "../shell/Shell.module.css";
import { TopBar } from "../shell/TopBar";
import { useWords } from "../words/words";
import { FileDrop } from "./FileDrop";
import { HINTS, said } from "./hints";
import css from "./NewProblem.module.css";
import { handIn } from "./handIn";
import { useSampleRun } from "./useSampleRun";

const URGENCIES = ["low", "medium", "high", "critical"] as const;

/** Bring a problem: what must be decided, the data, how to run. The text is kept in the browser until it is handed in. */
export function NewProblem() {
  const { t } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [text, setText] = useLocalStorage({ key: "sevensteps.draft", defaultValue: "" });
  const [title, setTitle] = useState("");
  const [urgency, setUrgency] = useState("medium");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [mode, setMode] = useState<Mode>("auto");
  const [key] = useState(() => crypto.randomUUID());
  const { mutate, error, isPending, variables } = useMutation({
    mutationFn: (start: boolean) => handIn({ text, title, urgency, files }, start ? mode : null, key),
    onSuccess: (id) => {
      setText("");
      void client.invalidateQueries({ queryKey: ["problems"] });
      void navigate({ to: "/problems/$id", params: { id } });
    },
  });
  const ready = text.trim().length > 0 && !isPending;
  useHotkeys([["mod+Enter", () => ready && mutate(true)]], []);
  return (
    <>
      <TopBar>
        <div className={shell.crumbs}>
          <Link to="/">{t("shell.problems")}</Link> <span aria-hidden="true">/</span> <h1>{t("list.new")}</h1>
        </div>
      </TopBar>
      <main id="main" className={css.page}>
        <div className={css.form}>
          <Part number={1} title={t("new.decide")}>
            <Textarea
              aria-label={t("new.decide")}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              placeholder={t("new.example")}
              autosize
              minRows={3}
              maxRows={14}
              maxLength={200_000}
              data-autofocus
            />
            <Hints text={text} />
            <div className={css.fields}>
              <TextInput label={t("new.title")} value={title} onChange={(event) => setTitle(event.currentTarget.value)} maxLength={500} />
              <Select
                label={t("new.urgency")}
                data={URGENCIES.map((value) => ({ value, label: t(`urgency.${value}`) }))}
                value={urgency}
                onChange={(value) => setUrgency(value ?? "medium")}
                allowDeselect={false}
              />
            </div>
          </Part>
          <Part number={2} title={t("new.data")} aside={<Sample />}>
            <FileDrop files={files} onChange={setFiles} />
          </Part>
          <Part number={3} title={t("new.options")}>
            <SegmentedControl
              aria-label={t("new.options")}
              value={mode}
              onChange={(value) => setMode(value === "guided" ? "guided" : "auto")}
              data={[
                { value: "auto", label: t("start.auto") },
                { value: "guided", label: t("start.guided") },
              ]}
            />
          </Part>
        </div>
        <section className={css.summary} aria-label={t("new.before")}>
          <h2 className="section-title">{t("new.before")}</h2>
          <Before text={text} files={files} />
          {error && <Refused error={error} />}
          <div className={css.buttons}>
            <Button fullWidth disabled={!ready} loading={isPending && variables} rightSection={<Kbd>Ctrl Enter</Kbd>} onClick={() => mutate(true)}>
              {t("new.start")}
            </Button>
            <Button fullWidth variant="subtle" disabled={!ready} loading={isPending && !variables} onClick={() => mutate(false)}>
              {t("new.check")}
            </Button>
          </div>
        </section>
      </main>
    </>
  );
}

function Part({ number, title, aside, children }: { number: number; title: string; aside?: React.ReactNode; children: React.ReactNode }) {
  return (
    <section className={css.part}>
      <header>
        <span className={css.number}>{number}</span>
        <h2 className="section-title">{title}</h2>
        <span className={css.aside}>{aside}</span>
      </header>
      <div className={css.inside}>{children}</div>
    </section>
  );
}

function Hints({ text }: { text: string }) {
  const { t } = useWords();
  const has = said(text);
  if (!text.trim()) return null;
  return (
    <ul className={css.hints} aria-live="polite">
      {HINTS.map((hint) => (
        <li key={hint} data-has={has.has(hint)}>
          <Icon name={has.has(hint) ? "circle-check" : "alert-triangle"} size={15} />
          {t(has.has(hint) ? `hint.${hint}.yes` : `hint.${hint}.no`)}
        </li>
      ))}
    </ul>
  );
}

function Before({ text, files }: { text: string; files: readonly File[] }) {
  const { t } = useWords();
  const has = said(text);
  const lines = [
    [has.size >= 3, t(has.size >= 3 ? "before.clear" : "before.unclear")],
    [files.length > 0, files.length > 0 ? t("before.files", { n: files.length }) : t("before.nofiles")],
  ] as const;
  return (
    <ul className={css.before}>
      {lines.map(([good, line]) => (
        <li key={line} data-has={good}>
          <Icon name={good ? "circle-check" : "alert-triangle"} />
          {line}
        </li>
      ))}
    </ul>
  );
}

function Sample() {
  const { t } = useWords();
  const { data } = useQuery(samples());
  const { run, busy } = useSampleRun();
  const first = data?.[0];
  return (
    first && (
      <>
        <span className="meta">{t("new.nodata")}</span>
        <button type="button" className={css.link} disabled={busy} onClick={() => run(first.name)}>
          {t("new.sample", { title: first.title })}
        </button>
      </>
    )
  );
}

function Refused({ error }: { error: Error }) {
  const { t } = useWords();
  return (
    <div className={page.alert} data-tone="bad" role="alert">
      <Icon name="circle-x" />
      <div>
        <p className="section-title">{t("new.refused")}</p>
        <p>{error.message}</p>
        {error instanceof ApiError && error.requestId && (
          <p className="meta">
            {t("error.request")} <code>{error.requestId}</code>
          </p>
        )}
      </div>
    </div>
  );
}
