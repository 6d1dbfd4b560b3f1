import type { Schemas } from "../api/client";
import { Icon, type IconName } from "../kit/Icon";
import { size } from "../words/numbers";
import { type Key, useWords } from "../words/words";
import css from "./Deck.module.css";

/** What a file is, by the beginning and the ending of its name; the order is the order they are shown in. */
const KINDS: readonly (readonly [RegExp, IconName, Key])[] = [
  [/^deck\./, "device", "file.deck"],
  [/^summary\./, "file", "file.summary"],
  [/^summary-long\./, "file", "file.long"],
  [/\.mp4$/, "player-play", "file.video"],
  [/\.mp3$/, "player-play", "file.audio"],
  [/\.txt$/, "list", "file.transcript"],
  [/\.vtt$/, "list", "file.captions"],
  [/\.zip$/, "database", "file.pack"],
  [/./, "file", "file.other"],
];

const kindOf = (name: string) => KINDS.findIndex(([pattern]) => pattern.test(name));

/** The files of the run, each with its format, size and hash. A download is a plain link; the bytes are checked on the way. */
export function Downloads({ files }: { files: readonly Schemas["DeliverableView"][] }) {
  const { t, language } = useWords();
  if (!files.length) return <p className="meta">{t("deck.nofiles")}</p>;
  const sorted = files.toSorted((one, other) => kindOf(one.file_name) - kindOf(other.file_name) || one.file_name.localeCompare(other.file_name));
  return (
    <ul className={css.files}>
      {sorted.map((file) => {
        const ending = file.file_name.split(".").at(-1)?.toLowerCase() ?? "";
        const [, icon, word] = KINDS[kindOf(file.file_name)]!;
        return (
          <li key={file.id}>
            <a href={`/v1/deliverables/${file.id}/download`} download={file.file_name} className={css.file}>
              <Icon name={icon} size={18} style={{ color: "var(--accent)" }} />
              <span>
                <b>{t(word)}</b>
                <span className="meta num">
                  {ending.toUpperCase()}, {size(file.file_size, language)}
                </span>
                {file.sha256 && (
                  <code title={file.sha256}>
                    {file.sha256.slice(0, 4)}…{file.sha256.slice(-4)}
                  </code>
                )}
              </span>
              <Icon name="download" />
              <span className="visually-hidden">{file.file_name}</span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
