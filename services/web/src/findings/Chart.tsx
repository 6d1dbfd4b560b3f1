import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { useEffect, useRef } from "react";

import { themed } from "./chartTheme";

/** A Vega-Lite chart in the house's colours. The interpreter runs its expressions, so the page needs no unsafe-eval. */
export default function Chart({ spec, label }: { spec: object; label: string }) {
  const scheme = useComputedColorScheme("light");
  const { ref, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current || width < 80) return undefined;
    const read = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const { spec: vega } = compile(themed(spec, read, width) as unknown as TopLevelSpec);
    const view = new View(parse(vega, undefined, { ast: true }), {
      expr: expressionInterpreter,
      renderer: "canvas",
      container: place.current,
    });
    void view.runAsync();
    return () => {
      view.finalize();
    };
  }, [spec, width, scheme]);
  return (
    <div ref={ref} role="img" aria-label={label}>
      <div ref={place} />
    </div>
  );
}
