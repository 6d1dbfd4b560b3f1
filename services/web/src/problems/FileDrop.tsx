import { Button } from "@mantine/core";
import { useRef, useState } from "react";

import { Icon } from "../kit/Icon";
import { size } from "../words/numbers";
import { useWords } from "../words/words";
import css from "./NewProblem.module.css";

/** A place to drop files, with a real button; then one row a file. A file of the same name replaces the one before. */
export function FileDrop({ files, onChange }: { files: readonly File[]; onChange: (files: readonly File[]) => void }) {
  const { t, language } = useWords();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const add = (more: FileList | null) => {
    if (!more) return;
    const names = new Set([...more].map((file) => file.name));
    onChange([...files.filter((file) => !names.has(file.name)), ...more]);
  };
  return (
    <>
      <div
        className={css.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          add(event.dataTransfer.files);
        }}
      >
        <Icon name="upload" size={18} />
        <span>
          <b>{t("drop.here")}</b> <span className="meta">{t("drop.kinds")}</span>
        </span>
        <Button variant="default" onClick={() => input.current?.click()}>
          {t("drop.browse")}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t("drop.browse")}
          accept=".csv,.tsv,.txt,.xlsx,.xls,.parquet,.json,.jsonl,.ndjson"
          onChange={(event) => {
            add(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </div>
      {files.length > 0 && (
        <ul className={css.files}>
          {files.map((file) => (
            <li key={file.name}>
              <Icon name="file" />
              <b>{file.name}</b>
              <span className="meta num">{size(file.size, language)}</span>
              <Button
                variant="subtle"
                size="compact-xs"
                aria-label={t("drop.remove", { name: file.name })}
                onClick={() => onChange(files.filter((one) => one !== file))}
              >
                {t("drop.take")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
