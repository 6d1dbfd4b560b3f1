import { Button, Kbd } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";

import { STEPS } from "../api/queries";
import { Icon } from "../kit/Icon";
import page from "../kit/Page.module.css";
import { ScreenLink } from "../kit/ScreenLink";
import { SCREENS, type Screen, screenOf } from "../kit/screens";
import { awaitedStep } from "../kit/state";
import { useWords } from "../words/words";
import { useProblem } from "./useProblem";
import { useRunActions } from "./useRunActions";

/** What the step's state means, and the one thing to do about it: go on, run stale steps again, or see the next step. */
export function BottomBar({ id, screen }: { id: string; screen: Screen }) {
  const { t } = useWords();
  const { run, stale } = useProblem();
  const { act, busy } = useRunActions(id);
  const step = STEPS[SCREENS.indexOf(screen)] ?? "frame";
  const approvable = run !== undefined && awaitedStep(run) === step;
  const next = STEPS[STEPS.indexOf(step) + 1];
  useHotkeys([["a", () => approvable && act({ do: "continue" })]]);
  return (
    <footer className={page.bottombar}>
      <span className={page.sentence}>
        {stale.length > 0 ? (
          <>
            <Icon name="history" style={{ color: "var(--stale)" }} />
            {t("bar.stale", { n: stale.length })}
          </>
        ) : approvable ? (
          <>
            <Icon name="eye" style={{ color: "var(--warn)" }} />
            {t("bar.waits")}
          </>
        ) : (
          t("bar.settled")
        )}
      </span>
      {stale.length > 0 && run?.status !== "running" && (
        <Button loading={busy === "rerun"} leftSection={<Icon name="refresh" />} onClick={() => act({ do: "rerun" })}>
          {t("bar.rerun", { n: stale.length })}
        </Button>
      )}
      {approvable ? (
        <Button loading={busy === "continue"} rightSection={<Kbd>A</Kbd>} onClick={() => act({ do: "continue" })}>
          {t("bar.approve", { step: t(`step.${step}`) })}
        </Button>
      ) : (
        next && (
          <Button variant="default" component={ScreenLink} id={id} screen={screenOf(next)} rightSection={<Icon name="chevron-right" size={14} />}>
            {t(`step.${next}`)}
          </Button>
        )
      )}
    </footer>
  );
}
