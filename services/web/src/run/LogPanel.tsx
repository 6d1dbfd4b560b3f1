import { Checkbox, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";

import { answered, api, type Schemas } from "../api/client";
import { problemKey } from "../api/queries";
import { stepNumber } from "../kit/state";
import { clock } from "../words/numbers";
import { useWords } from "../words/words";
import css from "./Run.module.css";

type LogLine = Schemas["LogLine"];
const PAGE = 200;

/** What one step said, line by line; follows the newest line until it is told not to. */
export function LogPanel({ run }: { run: Schemas["RunView"] }) {
  const { t } = useWords();
  const active =
    run.executions.find((one) => one.status === "running" || one.status === "failed") ??
    run.executions.findLast((one) => one.status === "completed") ??
    run.executions[0];
  const [chosen, choose] = useState<string | null>(null);
  const shown = run.executions.find((one) => one.id === chosen) ?? active;
  const [follow, setFollow] = useState(true);
  const lines = useLog(run.problem_id, shown);
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 22,
    overscan: 20,
  });
  useEffect(() => {
    if (follow && lines.length > 0) rows.scrollToIndex(lines.length - 1);
  }, [follow, lines.length, rows]);
  if (!shown) return null;
  return (
    <section className={css.log} aria-label={t("log.title")}>
      <div className={css.logHead}>
        <h2 className="section-title">{t("log.title")}</h2>
        <Select
          aria-label={t("log.step")}
          data={run.executions.map((one) => ({ value: one.id, label: `${stepNumber(one.step)} ${t(`step.${one.step}`)}` }))}
          value={shown.id}
          onChange={choose}
          allowDeselect={false}
          w={150}
        />
      </div>
      <div className={css.lines} ref={box} tabIndex={0} role="log" aria-label={t("log.title")} aria-live="off">
        {lines.length === 0 && <p className="meta">{t("log.nothing")}</p>}
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return (
              line && (
                <div key={item.key} ref={rows.measureElement} data-index={item.index} className={css.lineSlot} style={{ transform: `translateY(${item.start}px)` }}>
                  <Line line={line} />
                </div>
              )
            );
          })}
        </div>
      </div>
      <div className={css.logFoot}>
        <Checkbox size="xs" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} label={t("log.follow")} />
        <span className="meta num">{t("log.lines", { n: lines.length })}</span>
      </div>
    </section>
  );
}

function Line({ line }: { line: LogLine }) {
  const { language } = useWords();
  return (
    <p className={css.lineText} data-level={line.level}>
      <time dateTime={line.timestamp}>{clock(line.timestamp, language)}</time> {line.message}
    </p>
  );
}

/** All lines of a step, fetched page by page, and again while it works. */
function useLog(problem: string, execution: Schemas["ExecutionView"] | undefined): LogLine[] {
  const { data } = useQuery({
    queryKey: [...problemKey(problem), "log", execution?.id],
    enabled: execution !== undefined,
    queryFn: async () => {
      const lines: LogLine[] = [];
      for (let after = 0; ; ) {
        const path = { execution_id: execution?.id ?? "" };
        const page = await answered(api.GET("/v1/executions/{execution_id}/logs", { params: { path, query: { after, limit: PAGE } } }));
        lines.push(...page.items);
        if (page.items.length < PAGE) return lines;
        after = page.next_after;
      }
    },
    refetchInterval: execution?.status === "running" ? 1500 : false,
  });
  return data ?? [];
}
