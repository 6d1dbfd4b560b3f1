import { Select } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { findings as findingsQuery } from "../api/queries";
import { Loading } from "../kit/Loading";
import { NotYet } from "../kit/NotYet";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";
import { Detail } from "./Detail";
import css from "./Findings.module.css";
import { claim } from "./statement";
import { Strength, STRENGTHS } from "./Strength";

/** Everything the data say: the findings on the left, one of them with its evidence on the right. */
export function FindingsPage() {
  const { t } = useWords();
  const { id } = useProblem();
  const { item } = useSearch({ from: "/problems/$id" });
  const navigate = useNavigate();
  const { data, isPending } = useQuery(findingsQuery(id));
  const [strength, setStrength] = useState<string | null>(null);
  const page = data?.data;
  const found = (page?.findings ?? []).filter((finding) => strength === null || finding.strength === strength);
  const at = Math.max(0, found.findIndex((finding) => finding.id === item));
  const chosen = found[at];
  const choose = (index: number) => {
    const next = found[index];
    if (next) void navigate({ to: ".", search: (known: object) => ({ ...known, item: next.id }), replace: true });
  };
  useHotkeys([
    ["j", () => choose(at + 1)],
    ["k", () => choose(at - 1)],
  ]);
  if (isPending) return <Loading />;
  if (!page) return <NotYet step="analyze" />;
  return (
    <div className={css.columns}>
      <section className={css.list} aria-labelledby="findings">
        <header className={css.head}>
          <h2 className="section-title" id="findings">
            {t("findings.title")} <span className="meta num">{found.length}</span>
          </h2>
          <Select
            aria-label={t("findings.strength")}
            placeholder={t("findings.strength")}
            clearable
            w={170}
            data={STRENGTHS.map((value) => ({ value, label: t(`strength.${value}`) }))}
            value={strength}
            onChange={setStrength}
          />
        </header>
        <ul className={css.rows}>
          {found.map((finding, index) => (
            <li key={finding.id}>
              <button type="button" className={css.rowButton} aria-current={index === at ? "true" : undefined} onClick={() => choose(index)}>
                <span className={css.claim}>{claim(finding.statement)}</span>
                <Strength of={finding.strength ?? "descriptive"} />
              </button>
            </li>
          ))}
          {page.not_enough_data.map((gap) => (
            <li key={gap.question} className={css.gap}>
              <b>{gap.question}</b>
              <p className="meta">{gap.why}</p>
            </li>
          ))}
        </ul>
        <p className={`meta ${css.tests}`}>{t("findings.tests", { n: page.tests_run })}</p>
      </section>
      {chosen && <Detail key={chosen.id} id={id} finding={chosen} keys={page.evidence[chosen.id] ?? {}} onStep={(by) => choose(at + by)} />}
    </div>
  );
}
