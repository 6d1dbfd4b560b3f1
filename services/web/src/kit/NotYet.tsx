import { Button } from "@mantine/core";

import type { Step } from "../api/queries";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";
import css from "./Page.module.css";
import { ScreenLink } from "./ScreenLink";

/** A step that has not decided: what will be here, and the way to the run. */
export function NotYet({ step }: { step: Step }) {
  const { t } = useWords();
  const { id } = useProblem();
  return (
    <div className={css.centre}>
      <p className="section-title">{t("notyet.title", { step: t(`step.${step}`) })}</p>
      <p className="meta">{t(`notyet.${step}`)}</p>
      <Button variant="default" component={ScreenLink} id={id} screen="run">
        {t("notyet.run")}
      </Button>
    </div>
  );
}
