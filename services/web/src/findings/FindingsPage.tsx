import { Select, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { findings as findingsQuery } from "../api/queries";
import { Loading } from "../kit/Loading";
import { NotYet } from "../kit/NotYet";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";
import { Detail } from "./Detail";
import { gist } from "./figures";
import css from "./Findings.module.css";
import { claim } from "./statement";
import { Strength, STRENGTHS } from "./Strength";

/** Everything the data say: the findings on the left, one of them with its evidence on the right. */
export function FindingsPage() {
  const { t } = useWords();
  const { id } = useProblem();
  const { item, strength, find = "" } = useSearch({ from: "/problems/$id/analysis" });
  const navigate = useNavigate();
  const { data, isPending } = useQuery(findingsQuery(id));
  const page = data?.data;
  const said = find.toLocaleLowerCase();
  const found = (page?.findings ?? []).filter(
    (finding) => (strength === undefined || finding.strength === strength) && finding.statement.toLocaleLowerCase().includes(said),
  );
  const narrow = (by: { strength?: string | undefined; find?: string | undefined }) =>
    void navigate({ to: ".", search: (known: object) => ({ ...known, ...by }), replace: true });
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
          <TextInput
            aria-label={t("findings.find")}
            placeholder={t("findings.find")}
            className={css.find}
            value={find}
            onChange={(event) => narrow({ find: event.currentTarget.value || undefined })}
          />
          <Select
            aria-label={t("findings.strength")}
            placeholder={t("findings.strength")}
            clearable
            w={150}
            data={STRENGTHS.map((value) => ({ value, label: t(`strength.${value}`) }))}
            value={strength ?? null}
            onChange={(value) => narrow({ strength: value ?? undefined })}
          />
        </header>
        <ul className={css.rows}>
          {found.map((finding, index) => (
            <li key={finding.id}>
              <button type="button" className={css.rowButton} aria-current={index === at ? "true" : undefined} onClick={() => choose(index)}>
                <span>
                  <span className={css.claim}>{claim(finding.statement)}</span>
                  <span className={`meta num ${css.gist}`}>{gist(finding, page.evidence[finding.id] ?? {}, t("figures.n"))}</span>
                </span>
                <Strength of={finding.strength ?? "descriptive"} />
              </button>
            </li>
          ))}
          {found.length === 0 && <li className={`meta ${css.none}`}>{t("findings.none")}</li>}
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
