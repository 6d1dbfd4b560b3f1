import type { Language, Say } from "./words";

const tag = (language: Language) => (language === "zh" ? "zh-Hans" : "en-GB");

export const count = (value: number, language: Language): string => value.toLocaleString(tag(language));

/** 274,601 bytes are "275 kB". */
export function size(bytes: number | null, language: Language): string {
  if (bytes === null) return "n/a";
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toLocaleString(tag(language), { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 })} ${units[unit]}`;
}

/** Seconds as 0:21, 1:14 or 1:02:03. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60] as const;
  const tail = `${String(parts[1]).padStart(parts[0] ? 2 : 1, "0")}:${String(parts[2]).padStart(2, "0")}`;
  return parts[0] ? `${parts[0]}:${tail}` : tail;
}

/** "now", "2 min", "3 h", then "18 Nov", and with the year when it is another one. */
export function ago(iso: string, now: Date, t: Say, language: Language): string {
  const then = new Date(iso);
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000);
  if (minutes < 1) return t("time.now");
  if (minutes < 60) return t("time.minutes", { n: minutes });
  if (minutes < 24 * 60) return t("time.hours", { n: Math.floor(minutes / 60) });
  return day(iso, language, then.getFullYear() !== now.getFullYear());
}

export function day(iso: string, language: Language, withYear = true): string {
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", ...(withYear && { year: "numeric" }) };
  return new Date(iso).toLocaleDateString(tag(language), options);
}

export const clock = (iso: string, language: Language): string =>
  new Date(iso).toLocaleTimeString(tag(language), { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
