import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { answered, api } from "../api/client";
import { Icon } from "../kit/Icon";
import { useWords } from "../words/words";
import css from "./EvidenceDrawer.module.css";

/** The button that computes a number again, and what came out of it. */
export function Again({ id, entryKey }: { id: string; entryKey: string }) {
  const { t } = useWords();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () =>
      answered(api.POST("/v1/problems/{problem_id}/evidence/{key}/rerun", { params: { path: { problem_id: id, key: entryKey } } })),
  });
  return (
    <>
      <span className={css.again} role="status">
        {data && (
          <span data-same={data.rerun.same}>
            <Icon name={data.rerun.same ? "circle-check" : "alert-triangle"} size={15} />
            {data.rerun.same ? t("evidence.same", { seconds: data.seconds.toFixed(2) }) : t("evidence.differs", { number: data.rerun.display || "n/a" })}
          </span>
        )}
        {error?.message}
      </span>
      <Button variant="default" loading={isPending} leftSection={<Icon name="refresh" />} onClick={() => mutate()}>
        {t("evidence.again")}
      </Button>
    </>
  );
}
