import { Button, Kbd } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { samples } from "../api/queries";
import { Icon } from "../kit/Icon";
import { useWords } from "../words/words";
import css from "./ProblemList.module.css";
import { useSampleRun } from "./useSampleRun";

/** What a new house shows: run a sample, or bring a problem. */
export function EmptyList() {
  const { t } = useWords();
  const { data } = useQuery(samples());
  const { run, busy } = useSampleRun();
  const first = data?.[0];
  return (
    <div className={css.empty}>
      <svg width="40" height="28" viewBox="0 0 20 14" fill="currentColor" aria-hidden="true">
        {[11.5, 10, 8.2, 6.4, 4.4, 2.2, 0].map((top, bar) => (
          <rect key={bar} x={bar * 3} y={top} width="2" height={14 - top} rx="0.6" />
        ))}
      </svg>
      <h2 className="section-title">{t("empty.title")}</h2>
      <p className="meta">{t("empty.text")}</p>
      <div className={css.actions}>
        <Button variant="default" loading={busy} disabled={!first} leftSection={<Icon name="player-play" />} onClick={() => first && run(first.name)}>
          {t("empty.sample")}
        </Button>
        <Button component={Link} to="/problems/new" leftSection={<Icon name="plus" />} rightSection={<Kbd>C</Kbd>}>
          {t("list.new")}
        </Button>
      </div>
    </div>
  );
}
