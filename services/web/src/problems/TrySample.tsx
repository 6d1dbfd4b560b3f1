import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { samples } from "../api/queries";
import { Icon } from "../kit/Icon";
import { useWords } from "../words/words";
import { useSampleRun } from "./useSampleRun";

/** The bundled problems; choosing one hands it in and starts it. */
export function TrySample() {
  const { t } = useWords();
  const { data } = useQuery(samples());
  const { run, busy } = useSampleRun();
  return (
    <Menu width={320} position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={busy} leftSection={<Icon name="player-play" />} rightSection={<Icon name="chevron-down" size={14} />}>
          {t("list.sample")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {data?.map((sample) => (
          <Menu.Item key={sample.name} onClick={() => run(sample.name)}>
            {sample.title}
            <div className="meta">{sample.files.join(", ")}</div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
