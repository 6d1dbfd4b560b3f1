import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";

import type { Schemas } from "../api/client";
import { STEPS, type Step } from "../api/queries";
import { Icon } from "../kit/Icon";
import page from "../kit/Page.module.css";
import { ScreenLink } from "../kit/ScreenLink";
import { screenOf } from "../kit/screens";
import { awaitedStep, stepNumber } from "../kit/state";
import { useWords } from "../words/words";
import { type Mode, useRunActions } from "./useRunActions";

interface Props {
  id: string;
  run: Schemas["RunView"] | undefined;
  stale: readonly Step[];
  problem: Schemas["ProblemView"];
}

/** What waits for a person, with the buttons for it. Nothing is shown when nothing waits. */
export function NeedsYou({ id, run, stale, problem }: Props) {
  const awaited = run ? awaitedStep(run) : null;
  if (!run) return <NotStarted id={id} problem={problem} />;
  if (awaited) return <Review id={id} step={awaited} />;
  if (run.status === "failed" || run.status === "cancelled") return <Stopped id={id} run={run} />;
  if (stale.length > 0 && run.status === "completed") return <Stale id={id} stale={stale} />;
  return null;
}

function NotStarted({ id, problem }: { id: string; problem: Schemas["ProblemView"] }) {
  const { t } = useWords();
  const [mode, setMode] = useState<Mode>("auto");
  const { act, busy } = useRunActions(id);
  return (
    <section className={page.alert}>
      <Icon name="player-play" />
      <div>
        <h2 className="section-title">{t("start.title")}</h2>
        <p>{t("start.text", { n: problem.datasets.length })}</p>
        <div className={page.actions}>
          <SegmentedControl
            value={mode}
            onChange={(value) => setMode(value === "guided" ? "guided" : "auto")}
            data={[
              { value: "auto", label: t("start.auto") },
              { value: "guided", label: t("start.guided") },
            ]}
          />
          <Button loading={busy === "start"} onClick={() => act({ do: "start", mode })}>
            {t("start.go")}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Review({ id, step }: { id: string; step: Step }) {
  const { t } = useWords();
  const { act, busy } = useRunActions(id);
  const name = t(`step.${step}`);
  return (
    <section className={page.alert} data-tone="warn" aria-labelledby="needs">
      <Icon name="eye" />
      <div>
        <h2 className="section-title" id="needs">
          {t("needs.review", { step: name })}
        </h2>
        <p>{t("needs.paused")}</p>
        <div className={page.actions}>
          <Button component={ScreenLink} id={id} screen={screenOf(step)}>
            {t("needs.open", { step: name })}
          </Button>
          <Button variant="default" loading={busy === "continue"} onClick={() => act({ do: "continue" })}>
            {t("bar.approve", { step: name })}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Stopped({ id, run }: { id: string; run: Schemas["RunView"] }) {
  const { t } = useWords();
  const { act, busy } = useRunActions(id);
  const at = run.executions.find((one) => one.status === "failed") ?? run.executions.find((one) => one.status !== "completed");
  if (!at) return null;
  const failed = at.status === "failed";
  const name = t(`step.${at.step}`);
  const number = stepNumber(at.step);
  const detail = typeof at.error_details?.detail === "string" ? at.error_details.detail : "";
  const kept = STEPS.indexOf(at.step);
  return (
    <section className={page.alert} data-tone={failed ? "bad" : undefined} aria-labelledby="needs">
      <Icon name={failed ? "circle-x" : "ban"} />
      <div>
        <h2 className="section-title" id="needs">
          {failed ? t("needs.failed", { n: number, step: name }) : t("needs.cancelled", { n: number, step: name })}
        </h2>
        {detail && <p>{detail}</p>}
        <p>{kept === 0 ? t("needs.kept.none") : t("needs.kept", { n: kept })}</p>
        <div className={page.actions}>
          {failed ? (
            <Button loading={busy === "retry"} leftSection={<Icon name="refresh" />} onClick={() => act({ do: "retry", execution: at.id })}>
              {t("needs.retry", { n: number })}
            </Button>
          ) : (
            <Button loading={busy === "resume"} onClick={() => act({ do: "resume" })}>
              {t("needs.resume", { n: number })}
            </Button>
          )}
          <Button variant="default" loading={busy === "start"} onClick={() => act({ do: "start", mode: run.mode === "guided" ? "guided" : "auto" })}>
            {t("run.over", { n: run.epoch + 1 })}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Stale({ id, stale }: { id: string; stale: readonly Step[] }) {
  const { t } = useWords();
  const { act, busy } = useRunActions(id);
  return (
    <section className={page.alert} data-tone="stale" aria-labelledby="needs">
      <Icon name="history" />
      <div>
        <h2 className="section-title" id="needs">
          {t("bar.stale", { n: stale.length })}
        </h2>
        <p>{stale.map((step) => t(`step.${step}`)).join(", ")}</p>
        <div className={page.actions}>
          <Button loading={busy === "rerun"} leftSection={<Icon name="refresh" />} onClick={() => act({ do: "rerun" })}>
            {t("bar.rerun", { n: stale.length })}
          </Button>
        </div>
      </div>
    </section>
  );
}
