import { Kbd, Modal } from "@mantine/core";

import { type Key, useWords } from "../words/words";
import css from "./Shell.module.css";

const KEYS: readonly (readonly [string, Key])[] = [
  ["C", "keys.new"],
  ["Ctrl K", "keys.search"],
  ["J / K", "keys.move"],
  ["Enter", "keys.open"],
  ["Esc", "keys.close"],
  ["A", "keys.approve"],
  ["F", "keys.present"],
  ["F2", "keys.rename"],
  ["?", "keys.list"],
];

/** The list of all keys. */
export default function Keys({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal opened onClose={onClose} title={t("shell.keys")} closeButtonProps={{ "aria-label": t("action.close") }}>
      <dl className={css.keys}>
        {KEYS.map(([key, word]) => (
          <div key={key} style={{ display: "contents" }}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
