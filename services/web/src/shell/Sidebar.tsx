import { Kbd, Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { Icon, type IconName } from "../kit/Icon";
import mark from "../theme/mark.svg";
import { type Language, useWords } from "../words/words";
import css from "./Shell.module.css";

/** Where one can go; on problem pages a rail of icons. */
export function Sidebar({ rail, onKeys }: { rail: boolean; onKeys: () => void }) {
  const { t } = useWords();
  const path = useLocation({ select: (location) => location.pathname });
  const named = (icon: IconName, label: string, end?: ReactNode) => (
    <>
      <Icon name={icon} />
      {!rail && <span className={css.label}>{label}</span>}
      {!rail && end && <span className={css.end}>{end}</span>}
    </>
  );
  return (
    <aside className={`${css.sidebar} ${rail ? css.rail : ""}`} aria-label={t("shell.side")}>
      <Link to="/" className={css.brand} aria-label="Seven Steps to Poem">
        <img src={mark} width={20} height={14} alt="" />
        {!rail && <span className={css.brandWord}>Seven Steps to Poem</span>}
      </Link>
      <nav aria-label={t("shell.nav")} className={css.nav}>
        <Hint rail={rail} label={t("shell.problems")}>
          <Link to="/" className={css.item} data-active={path === "/" || undefined} aria-label={rail ? t("shell.problems") : undefined}>
            {named("list", t("shell.problems"))}
          </Link>
        </Hint>
        <Hint rail={rail} label={t("list.new")}>
          <Link
            to="/problems/new"
            className={css.item}
            data-active={path === "/problems/new" || undefined}
            aria-label={rail ? t("list.new") : undefined}
          >
            {named("plus", t("list.new"), <Kbd>C</Kbd>)}
          </Link>
        </Hint>
      </nav>
      <div className={css.foot}>
        <LanguageItem rail={rail} />
        <ThemeItem rail={rail} />
        <Hint rail={rail} label={t("shell.keys")}>
          <button type="button" className={css.item} onClick={onKeys} aria-label={rail ? t("shell.keys") : undefined}>
            {named("help-circle", t("shell.keys"), <Kbd>?</Kbd>)}
          </button>
        </Hint>
        <Hint rail={rail} label={t("shell.api")}>
          <a className={css.item} href="/docs" aria-label={rail ? t("shell.api") : undefined}>
            {named("file", t("shell.api"))}
          </a>
        </Hint>
      </div>
    </aside>
  );
}

function Hint({ rail, label, children }: { rail: boolean; label: string; children: ReactNode }) {
  return (
    <Tooltip label={label} position="right" disabled={!rail}>
      {children}
    </Tooltip>
  );
}

function ThemeItem({ rail }: { rail: boolean }) {
  const { t } = useWords();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choices = [
    ["light", "sun", t("shell.light")],
    ["dark", "moon", t("shell.dark")],
    ["auto", "device", t("shell.auto")],
  ] as const;
  const current = choices.find(([value]) => value === colorScheme) ?? choices[2];
  return (
    <Menu position="right-end" width={180}>
      <Menu.Target>
        <button type="button" className={css.item} aria-label={`${t("shell.theme")}: ${current[2]}`}>
          <Icon name={current[1]} />
          {!rail && <span className={css.label}>{current[2]}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(([value, icon, label]) => (
          <Menu.Item key={value} leftSection={<Icon name={icon} />} onClick={() => setColorScheme(value)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["en", "English"],
  ["zh", "中文"],
];

function LanguageItem({ rail }: { rail: boolean }) {
  const { t, language, speak } = useWords();
  const spoken = LANGUAGES.find(([value]) => value === language)?.[1] ?? "";
  return (
    <Menu position="right-end" width={180}>
      <Menu.Target>
        <button type="button" className={css.item} aria-label={`${t("shell.language")}: ${spoken}`}>
          <Icon name="language" />
          {!rail && <span className={css.label}>{spoken}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map(([value, label]) => (
          <Menu.Item key={value} lang={value} onClick={() => speak(value)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
