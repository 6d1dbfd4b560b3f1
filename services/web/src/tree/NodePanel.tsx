import { ActionIcon, Button, Kbd } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";

import type { Schemas } from "../api/client";
import { Cited } from "../evidence/Cited";
import { Icon } from "../kit/Icon";
import page from "../kit/Page.module.css";
import { ScreenLink } from "../kit/ScreenLink";
import { Mark } from "../kit/Status";
import { VERDICTS } from "../kit/verdicts";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";
import type { TreeNode } from "./model";
import css from "./Tree.module.css";
import type { Editing } from "./TreePage";

type Numbers = Readonly<Record<string, string>>;
interface Props {
  node: TreeNode;
  nodes: readonly TreeNode[];
  numbers: Numbers;
  verdict: Schemas["LeafVerdict"] | undefined;
  verdictNumbers: Numbers;
  choose: (id: string | undefined) => void;
  startEdit: (editing: Editing) => void;
}

/** One node: what it asks and supposes, the test bound to it, and what became of it. */
export function NodePanel({ node, nodes, numbers, verdict, verdictNumbers, choose, startEdit }: Props) {
  const { t } = useWords();
  const { id } = useProblem();
  const at = nodes.findIndex((one) => one.id === node.id);
  useHotkeys([["F2", () => startEdit({ kind: "rename", node: node.id })]]);
  return (
    <section className={css.panel} aria-label={t("tree.node")}>
      <header className={css.panelHead}>
        <span className={page.tag}>{node.id}</span>
        <span className="meta">{t(`tree.kind.${node.kind}`)}</span>
        <span className={css.rowEnd}>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("action.previous")} disabled={at <= 0} onClick={() => choose(nodes[at - 1]?.id)}>
            <Icon name="arrow-up" />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("action.next")} disabled={at >= nodes.length - 1} onClick={() => choose(nodes[at + 1]?.id)}>
            <Icon name="chevron-down" />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("action.close")} onClick={() => choose(undefined)}>
            <Icon name="x" />
          </ActionIcon>
        </span>
      </header>
      <div className={css.panelBody}>
        <h2 className="section-title">
          <Cited text={node.title} numbers={numbers} />
        </h2>
        {verdict && <Mark look={VERDICTS[verdict.verdict]} filled />}
        {verdict && (
          <p className={css.reason}>
            <Cited text={verdict.reason} numbers={verdictNumbers} />
          </p>
        )}
        <dl className={page.facts}>
          <Fact label={t("tree.hypothesis")} texts={node.hypotheses ?? []} numbers={numbers} />
          <Fact label={t("tree.logic")} texts={node.logic ? [node.logic] : []} numbers={numbers} />
          <Fact label={t("tree.data")} texts={node.required_data ?? []} numbers={numbers} />
          <Fact label={t("tree.notes")} texts={node.notes ? [node.notes] : []} numbers={numbers} />
          {node.test && (
            <>
              <dt>{t("method.test")}</dt>
              <dd>
                <code>{node.test.method}</code> {node.test.measure} {node.test.by.length > 0 && `× ${node.test.by.join(", ")}`}
              </dd>
            </>
          )}
        </dl>
      </div>
      <footer className={css.panelFoot}>
        <Button variant="default" leftSection={<Icon name="pencil" />} rightSection={<Kbd>F2</Kbd>} onClick={() => startEdit({ kind: "rename", node: node.id })}>
          {t("tree.edit")}
        </Button>
        {verdict?.finding_ids[0] && (
          <Button variant="default" component={ScreenLink} id={id} screen="analysis" item={verdict.finding_ids[0]}>
            {t("tree.finding")}
          </Button>
        )}
      </footer>
    </section>
  );
}

function Fact({ label, texts, numbers }: { label: string; texts: readonly string[]; numbers: Numbers }) {
  if (!texts.length) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {texts.map((text) => (
          <p key={text}>
            <Cited text={text} numbers={numbers} />
          </p>
        ))}
      </dd>
    </>
  );
}
