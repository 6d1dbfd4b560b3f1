import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import type { Schemas } from "../api/client";
import { plans } from "../api/queries";
import { Cited } from "../evidence/Cited";
import choices from "../kit/Choices.module.css";
import { Heads } from "../kit/Heads";
import { Icon } from "../kit/Icon";
import { Loading } from "../kit/Loading";
import { NotYet } from "../kit/NotYet";
import page from "../kit/Page.module.css";
import { useProblem } from "../run/useProblem";
import { day } from "../words/numbers";
import { useWords } from "../words/words";
import { daysOf, span } from "./calendar";
import css from "./Plan.module.css";

type Plan = Schemas["AnalysisPlan"];
type Numbers = Readonly<Record<string, string>>;

/** The work plan: for every kept question the test, its days, and the rule that decides it, fixed before the test runs. */
export function PlanPage() {
  const { t, language } = useWords();
  const { id } = useProblem();
  const { item } = useSearch({ from: "/problems/$id" });
  const navigate = useNavigate();
  const { data, isPending } = useQuery(plans(id));
  const wide = useMediaQuery("(min-width: 64em)", true);
  if (isPending) return <Loading />;
  if (!data) return <NotYet step="plan" />;
  const { decision, numbers } = data.data;
  const days = daysOf(decision.plans);
  const chosen = decision.plans.find((plan) => plan.question_id === item) ?? (wide ? decision.plans[0] : undefined);
  const choose = (question: string) => void navigate({ to: ".", search: (known: object) => ({ ...known, item: question }), replace: true });
  return (
    <div className={css.page}>
      <div className={css.scroll}>
        <table className={choices.table}>
          <thead>
            <tr>
              <Heads words={["tree.place", "tree.question", "plan.methods", "list.owner", "plan.hours"]} />
              <th scope="col" className={css.chart}>
                <span className={css.days} style={{ gridTemplateColumns: `repeat(${days.length}, 1fr)` }}>
                  {days.map((one, index) => (
                    <span key={one}>{index % Math.ceil(days.length / 6) === 0 ? day(one, language, false) : ""}</span>
                  ))}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {decision.plans.map((plan) => {
              const bar = span(plan, days);
              return (
                <tr key={plan.question_id} aria-selected={plan === chosen} onClick={() => choose(plan.question_id)}>
                  <td className="num">{plan.question_id}</td>
                  <th scope="row">
                    <button type="button" className={choices.textButton} onClick={() => choose(plan.question_id)}>
                      <Cited text={plan.title} numbers={numbers} />
                    </button>
                  </th>
                  <td>
                    <code>{plan.methods.join(", ")}</code>
                  </td>
                  <td>{plan.owner}</td>
                  <td className="num">{plan.estimated_hours}</td>
                  <td className={css.chart}>
                    <span className={css.days} style={{ gridTemplateColumns: `repeat(${days.length}, 1fr)` }}>
                      <i
                        data-critical={decision.critical_path.includes(plan.question_id)}
                        style={{ gridColumn: `${bar.from + 1} / span ${bar.length}` }}
                        title={`${day(plan.start, language)} ${t("figures.to")} ${day(plan.due, language)}`}
                      />
                    </span>
                    <span className="visually-hidden">{`${day(plan.start, language)} ${t("figures.to")} ${day(plan.due, language)}`}</span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {decision.asks.length > 0 && (
          <section className={css.asks}>
            <h2 className="section-title">{t("plan.asks")}</h2>
            <ul>
              {decision.asks.map((ask) => (
                <li key={ask}>
                  <Cited text={ask} numbers={numbers} />
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      {chosen && <PlanPanel plan={chosen} numbers={numbers} />}
    </div>
  );
}

function PlanPanel({ plan, numbers }: { plan: Plan; numbers: Numbers }) {
  const { t } = useWords();
  const facts = [
    [t("tree.hypothesis"), [plan.hypothesis]],
    [t("plan.confirms"), [plan.decision_rule.confirms]],
    [t("plan.kills"), [plan.decision_rule.kills]],
    [t("plan.product"), [plan.end_product]],
    [t("plan.check"), [plan.data_check]],
    [t("plan.accepted"), plan.acceptance_criteria],
    [t("plan.after"), plan.dependencies],
  ] as const;
  return (
    <section className={css.panel} aria-label={t("plan.one")}>
      <h2 className="section-title">
        <Cited text={plan.title} numbers={numbers} />
      </h2>
      <dl className={page.facts}>
        {facts.map(
          ([label, texts]) =>
            texts.some(Boolean) && (
              <div key={label} style={{ display: "contents" }}>
                <dt>{label}</dt>
                <dd>
                  {texts.map((text) => (
                    <p key={text}>
                      <Cited text={text} numbers={numbers} />
                    </p>
                  ))}
                </dd>
              </div>
            ),
        )}
        <dt>{t("evidence.data")}</dt>
        <dd>
          {plan.data_requirements.map((one) => (
            <p key={one.table}>
              {one.source}: <code>{one.columns.join(", ")}</code>
            </p>
          ))}
        </dd>
      </dl>
      <p className="meta" style={{ display: "flex", gap: 6 }}>
        <Icon name="lock" size={14} />
        {t("plan.fixed")}
      </p>
    </section>
  );
}
