import type { CSSProperties } from "react";

/** Outlines on a 24 px grid, as Tabler Icons (MIT) draws them; only those that are used are here. */
const PATHS = {
  "alert-circle": "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M12 8v4M12 16h.01",
  "alert-triangle": "M12 9v4M10.36 3.59l-8.1 13.53a1.91 1.91 0 0 0 1.64 2.87h16.2a1.91 1.91 0 0 0 1.64 -2.87l-8.1 -13.53a1.91 1.91 0 0 0 -3.28 0zM12 16h.01",
  "arrow-right-circle": "M12 15l3 -3l-3 -3M9 12h6M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0",
  "arrow-up": "M6 15l6 -6l6 6",
  ban: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M5.7 5.7l12.6 12.6",
  bulb: "M3 12h1M12 3v1M20 12h1M5.6 5.6l.7 .7M18.4 5.6l-.7 .7M9 16a5 5 0 1 1 6 0a3.5 3.5 0 0 0 -1 3a2 2 0 0 1 -4 0a3.5 3.5 0 0 0 -1 -3M9.7 17h4.6",
  check: "M5 12l5 5l10 -10",
  "chevron-down": "M6 9l6 6l6 -6",
  "chevron-left": "M15 6l-6 6l6 6",
  "chevron-right": "M9 6l6 6l-6 6",
  "circle-check": "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M9 12l2 2l4 -4",
  "circle-dashed": "M8.56 3.69a9 9 0 0 0 -2.92 1.95M3.69 8.56a9 9 0 0 0 -.69 3.44M3.69 15.44a9 9 0 0 0 1.95 2.92M8.56 20.31a9 9 0 0 0 3.44 .69M15.44 20.31a9 9 0 0 0 2.92 -1.95M20.31 15.44a9 9 0 0 0 .69 -3.44M20.31 8.56a9 9 0 0 0 -1.95 -2.92M15.44 3.69a9 9 0 0 0 -3.44 -.69",
  "circle-x": "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M10 10l4 4M14 10l-4 4",
  clock: "M21 12a9 9 0 1 1 -9 -9M12 7v5l3 2",
  copy: "M7 9.7a2.7 2.7 0 0 1 2.7 -2.7h8.6a2.7 2.7 0 0 1 2.7 2.7v8.6a2.7 2.7 0 0 1 -2.7 2.7h-8.6a2.7 2.7 0 0 1 -2.7 -2.7zM4 16.7a2 2 0 0 1 -1 -1.7v-10a2 2 0 0 1 2 -2h10a2 2 0 0 1 1.7 1",
  database: "M4 6a8 3 0 1 0 16 0a8 3 0 1 0 -16 0M4 6v6a8 3 0 0 0 16 0v-6M4 12v6a8 3 0 0 0 16 0v-6",
  device: "M3 5a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v10a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1zM7 20h10M9 16v4M15 16v4",
  dots: "M4 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M18 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0",
  download: "M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2M7 11l5 5l5 -5M12 4v12",
  eye: "M10 12a2 2 0 1 0 4 0a2 2 0 0 0 -4 0M21 12c-2.4 4 -5.4 6 -9 6c-3.6 0 -6.6 -2 -9 -6c2.4 -4 5.4 -6 9 -6c3.6 0 6.6 2 9 6",
  file: "M14 3v4a1 1 0 0 0 1 1h4M17 21h-10a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2h7l5 5v11a2 2 0 0 1 -2 2zM9 13h6M9 17h6",
  "help-circle": "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M12 16v.01M12 13a2 2 0 0 0 .9 -3.8a2 2 0 0 0 -2.4 .6",
  history: "M12 8v4l2 2M3.05 11a9 9 0 1 1 .5 4M3 20v-5h5",
  indent: "M20 6h-11M20 12h-7M20 18h-11M4 8l4 4l-4 4",
  language: "M4 5h7M9 3v2c0 4.4 -2.2 8 -5 8M5 9c0 2.1 3 4 6.7 4M12 20l4 -9l4 9M19.1 18h-6.2",
  list: "M9 6h11M9 12h11M9 18h11M5 6h.01M5 12h.01M5 18h.01",
  lock: "M5 13a2 2 0 0 1 2 -2h10a2 2 0 0 1 2 2v6a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2zM8 11v-4a4 4 0 1 1 8 0v4",
  menu: "M4 6h16M4 12h16M4 18h16",
  moon: "M12 3h.4a7.5 7.5 0 0 0 7.9 12.4a9 9 0 1 1 -8.3 -12.4z",
  pencil: "M4 20h4l10.5 -10.5a2.8 2.8 0 1 0 -4 -4l-10.5 10.5v4M13.5 6.5l4 4",
  "player-pause": "M7 6v12M17 6v12",
  "player-play": "M7 5v14l11 -7z",
  plus: "M12 5v14M5 12h14",
  refresh: "M20 11a8.1 8.1 0 0 0 -15.5 -2m-.5 -4v4h4M4 13a8.1 8.1 0 0 0 15.5 2m.5 4v-4h-4",
  search: "M3 10a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M21 21l-6 -6",
  sitemap: "M3 17a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v2a2 2 0 0 1 -2 2h-2a2 2 0 0 1 -2 -2zM15 17a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v2a2 2 0 0 1 -2 2h-2a2 2 0 0 1 -2 -2zM9 5a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v2a2 2 0 0 1 -2 2h-2a2 2 0 0 1 -2 -2zM6 15v-1a2 2 0 0 1 2 -2h8a2 2 0 0 1 2 2v1M12 9v3",
  split: "M21 17h-8l-3.5 -5h-6.5M21 7h-8l-3.5 5M18 10l3 -3l-3 -3M18 20l3 -3l-3 -3",
  sun: "M8 12a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M3 12h1M12 3v1M20 12h1M12 20v1M5.6 5.6l.7 .7M18.4 5.6l-.7 .7M17.7 17.7l.7 .7M6.3 17.7l-.7 .7",
  table: "M3 5a2 2 0 0 1 2 -2h14a2 2 0 0 1 2 2v14a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2zM3 10h18M10 3v18",
  trash: "M4 7h16M10 11v6M14 11v6M5 7l1 12a2 2 0 0 0 2 2h8a2 2 0 0 0 2 -2l1 -12M9 7v-3a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v3",
  undo: "M9 14l-4 -4l4 -4M5 10h11a4 4 0 1 1 0 8h-1",
  upload: "M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2M7 9l5 -5l5 5M12 4v12",
  x: "M18 6l-12 12M6 6l12 12",
} as const;

export type IconName = keyof typeof PATHS;

interface Props {
  name: IconName;
  size?: number;
  className?: string | undefined;
  style?: CSSProperties;
}

/** An icon beside a word; alone on a button, the button carries the label. */
export function Icon({ name, size = 16, className, style }: Props) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={className}
      style={{ flexShrink: 0, ...style }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
