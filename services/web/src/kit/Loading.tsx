import { Skeleton } from "@mantine/core";
import { useEffect, useState } from "react";

import css from "./Page.module.css";

/** Nothing for 300 ms, then rows of the final height; never a spinner for a page. */
export function Loading({ rows = 6, height = 20 }: { rows?: number; height?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div className={css.skeleton} aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius={4} width={`${92 - ((row * 17) % 40)}%`} />
      ))}
    </div>
  );
}
