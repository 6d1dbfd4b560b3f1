import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** Which entry of the ledger is open. The URL holds it, so that a link to a number is a link. */
export function useEvidence(): { openKey: string | undefined; open: (key: string | undefined) => void } {
  const search: { evidence?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const open = useCallback(
    (key: string | undefined) => void navigate({ to: ".", search: (known: object) => ({ ...known, evidence: key }), replace: true }),
    [navigate],
  );
  return { openKey: search.evidence, open };
}
