import { Link } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

import type { Screen } from "./screens";

const TO = {
  run: "/problems/$id",
  frame: "/problems/$id/frame",
  tree: "/problems/$id/tree",
  priorities: "/problems/$id/priorities",
  plan: "/problems/$id/plan",
  analysis: "/problems/$id/analysis",
  synthesis: "/problems/$id/synthesis",
  deck: "/problems/$id/deck",
  history: "/problems/$id/history",
} as const satisfies Record<Screen | "run" | "history", string>;

interface Props extends ComponentPropsWithRef<"a"> {
  id: string;
  screen: keyof typeof TO;
  item?: string | undefined;
}

/** A link to a screen of a problem, and to one thing on it. */
export function ScreenLink({ id, screen, item, ...rest }: Props) {
  return <Link {...rest} to={TO[screen]} params={{ id }} search={{ item }} />;
}
