import choices from "../kit/Choices.module.css";
import { Heads } from "../kit/Heads";
import { plain } from "../kit/cited";
import { Mark } from "../kit/Status";
import { type Verdict, VERDICTS } from "../kit/verdicts";
import { useWords } from "../words/words";
import { outline, rows, type TreeNode } from "./model";
import css from "./Tree.module.css";

interface Props {
  nodes: readonly TreeNode[];
  numbers: Readonly<Record<string, string>>;
  verdicts: ReadonlyMap<string, Verdict>;
  chosen: string | undefined;
  choose: (id: string | undefined) => void;
}

/** The leaves with what each supposes, the test that would show it, and whether the data are there. */
export function TreeTable({ nodes, numbers, verdicts, chosen, choose }: Props) {
  const { t } = useWords();
  const root = outline(nodes);
  const leaves = root ? rows(root, new Set()).filter((row) => row.node.kind === "leaf") : [];
  return (
    <div className={css.tableBox}>
      <table className={choices.table}>
        <thead>
          <tr>
            <Heads words={["tree.place", "tree.question", "tree.hypothesis", "method.test", "tree.hasData", "tree.verdict"]} />
          </tr>
        </thead>
        <tbody>
          {leaves.map(({ node, number }) => {
            const verdict = verdicts.get(node.id);
            return (
              <tr key={node.id} aria-selected={node.id === chosen} onClick={() => choose(node.id)}>
                <td className="num">{number}</td>
                <th scope="row">
                  <button type="button" className={choices.textButton} onClick={() => choose(node.id)}>
                    {plain(node.title, numbers)}
                  </button>
                </th>
                <td>{plain(node.hypotheses?.[0] ?? "", numbers)}</td>
                <td>{node.test ? <code>{node.test.method}</code> : "n/a"}</td>
                <td>{t(node.data_available ? "tree.yes" : "tree.no")}</td>
                <td>{verdict && <Mark look={VERDICTS[verdict]} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
