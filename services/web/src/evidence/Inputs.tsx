import { useQuery } from "@tanstack/react-query";

import { answered, api } from "../api/client";
import { problemKey } from "../api/queries";
import { NumberLink } from "./Cited";
import css from "./EvidenceDrawer.module.css";

/** The numbers a formula is made of; each opens in its turn. */
export function Inputs({ id, inputs }: { id: string; inputs: Readonly<Record<string, string>> }) {
  const keys = [...new Set(Object.values(inputs))].sort();
  const { data } = useQuery({
    queryKey: [...problemKey(id), "evidence", keys],
    queryFn: () =>
      answered(api.GET("/v1/problems/{problem_id}/evidence", { params: { path: { problem_id: id }, query: { ids: keys.slice(0, 200).join(",") } } })),
    enabled: keys.length > 0,
    staleTime: Infinity,
  });
  return (
    <dl className={css.inputs}>
      {Object.entries(inputs).map(([name, key]) => {
        const entry = data?.items.find((one) => one.key === key);
        return (
          <div key={name} style={{ display: "contents" }}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <NumberLink ledgerKey={key} text={entry?.display || key} /> <span className="meta">{entry?.label}</span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
