import type { Schemas } from "../api/client";
import { Cited } from "../evidence/Cited";
import { Icon } from "../kit/Icon";
import { useWords } from "../words/words";
import type { TreeNode } from "./model";
import css from "./Tree.module.css";

type Check = Schemas["Check"];
interface Props {
  checks: readonly Check[];
  numbers: Readonly<Record<string, string>>;
  nodes: readonly TreeNode[];
}

/** Whether the tree holds together on the data, a column a check; what failed comes first. */
export function Checks({ checks, numbers, nodes }: Props) {
  const { t } = useWords();
  const without = nodes.filter((node) => node.kind === "leaf" && !node.data_available);
  const names = [...new Set(checks.map((check) => check.name))];
  if (!names.length) return <p className={`meta ${css.dropped}`}>{t("check.dropped")}</p>;
  return (
    <ul className={css.checks} aria-label={t("check.title")}>
      {names.map((name) => {
        const of = checks.filter((check) => check.name === name);
        const shown = of.find((check) => !check.passed) ?? of[0];
        const passed = of.every((check) => check.passed);
        return (
          <li key={name}>
            <b data-passed={passed}>
              <Icon name={passed ? "circle-check" : "alert-triangle"} size={15} />
              {t(`check.${name}`)} {of.length > 1 && <span className="num">{`${of.filter((check) => check.passed).length}/${of.length}`}</span>}
            </b>
            <p>{shown && <Cited text={shown.detail} numbers={numbers} />}</p>
          </li>
        );
      })}
      {without.length > 0 && (
        <li>
          <b data-passed={false}>
            <Icon name="alert-triangle" size={15} />
            {t("check.nodata", { n: without.length })}
          </b>
          <p>{without.map((node) => node.id).join(", ")}</p>
        </li>
      )}
    </ul>
  );
}
