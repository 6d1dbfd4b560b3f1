import { useQuery } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../api/client";
import { problemKey } from "../api/queries";
import { NumberLink } from "../evidence/Cited";

type Numbers = Readonly<Record<string, string>>;

/** A number that a record names by its key; "n/a" when it has none. */
export function KeyNumber({ ledgerKey, displays }: { ledgerKey: string | null | undefined; displays: Numbers }) {
  return ledgerKey ? <NumberLink ledgerKey={ledgerKey} text={displays[ledgerKey] ?? ledgerKey} /> : "n/a";
}

const MOST = 200; // as many keys as one request may name
const KEY = /"(E[0-9a-f]{8})"/g;

/** The ledger entries that a decision names by key and not inside a text, by key. */
export function useEntries(id: string, decision: object | undefined): ReadonlyMap<string, Schemas["EvidenceEntry"]> {
  const keys = [...new Set([...JSON.stringify(decision ?? {}).matchAll(KEY)].map((match) => match[1] ?? ""))].sort().slice(0, MOST);
  const { data } = useQuery({
    queryKey: [...problemKey(id), "evidence", keys],
    queryFn: () => answered(api.GET("/v1/problems/{problem_id}/evidence", { params: { path: { problem_id: id }, query: { ids: keys.join(",") } } })),
    enabled: keys.length > 0,
    staleTime: Infinity,
  });
  return new Map(data?.items.map((entry) => [entry.key, entry]));
}

export function useDisplays(id: string, decision: object | undefined, numbers: Numbers = {}): Numbers {
  const entries = useEntries(id, decision);
  return { ...Object.fromEntries([...entries].map(([key, entry]) => [key, entry.display ?? key])), ...numbers };
}
