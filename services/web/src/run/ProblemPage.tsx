import { useDocumentTitle, useHotkeys } from "@mantine/hooks";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Suspense } from "react";

import { useLiveProblem } from "../api/live";
import { EvidenceDrawer } from "../evidence/EvidenceDrawer";
import { useEvidence } from "../evidence/open";
import { Loading } from "../kit/Loading";
import { PageError } from "../kit/PageError";
import { SCREENS, type Screen } from "../kit/screens";
import { Status } from "../kit/Status";
import { runState } from "../kit/state";
import shell from "../shell/Shell.module.css";
import { TopBar } from "../shell/TopBar";
import { useWords } from "../words/words";
import { BottomBar } from "./BottomBar";
import { RunControls } from "./RunControls";
import css from "./Run.module.css";
import { StepRail } from "./StepRail";
import { useProblem } from "./useProblem";

/** The frame of a problem's screens: where it stands, the seven steps as navigation, the screen, and the evidence drawer beside it. */
export function ProblemPage() {
  const { t } = useWords();
  const { id, problem, run, pending, error } = useProblem();
  const { open } = useEvidence();
  const path = useLocation({ select: (location) => location.pathname });
  const last = path.split("/").at(-1) ?? "";
  const screen = SCREENS.find((name) => name === last) as Screen | undefined;
  const title = problem?.title ?? t("list.untitled");
  useLiveProblem(id, problem?.last_seq, run && `${run.id}:${run.status}`);
  useDocumentTitle(`${title} · Seven Steps to Poem`);
  useHotkeys([["Escape", () => open(undefined)]]);
  if (error) return <PageError error={error} />;
  return (
    <>
      <TopBar
        right={
          run && (
            <>
              <span className={`meta num ${shell.optional}`}>{t("run.number", { n: run.epoch })}</span>
              <Status state={runState(run)} filled />
              <RunControls id={id} run={run} />
            </>
          )
        }
      >
        <div className={shell.crumbs}>
          <Link to="/" className={shell.optional}>
            {t("shell.problems")}
          </Link>
          <span className={shell.optional} aria-hidden="true">
            /
          </span>
          {problem && <h1 title={title}>{title}</h1>}
        </div>
      </TopBar>
      {last !== id && <StepRail id={id} current={last} />}
      <div className={css.stage}>
        <main id="main" className={css.screen}>
          <Suspense fallback={<Loading />}>{pending ? <Loading /> : <Outlet />}</Suspense>
        </main>
        <EvidenceDrawer id={id} />
      </div>
      {screen && <BottomBar id={id} screen={screen} />}
    </>
  );
}
