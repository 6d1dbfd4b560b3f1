import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";

import { en } from "./en";
import { format, type Values } from "./format";

export type Key = keyof typeof en;
export type Catalogue = Record<Key, string>;
export type Language = "en" | "zh";
export type Say = (key: Key, values?: Values) => string;

interface Words {
  t: Say;
  language: Language;
  speak: (language: Language) => void;
}

const STORED = "sevensteps.language";
const WordsContext = createContext<Words | null>(null);

function preferred(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "en" || stored === "zh") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Gives every part the words of the chosen language. Chinese is fetched only when it is spoken. */
export function WordsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(preferred);
  const [catalogue, setCatalogue] = useState<Catalogue | null>(language === "en" ? en : null);

  useEffect(() => {
    let current = true;
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    const found = language === "en" ? Promise.resolve<Catalogue>(en) : import("./zh").then((module) => module.zh);
    void found.then((loaded) => current && setCatalogue(loaded));
    return () => {
      current = false;
    };
  }, [language]);

  const speak = useCallback((next: Language) => {
    localStorage.setItem(STORED, next);
    setLanguage(next);
  }, []);
  const words = useMemo<Words | null>(
    () => catalogue && { language, speak, t: (key, values) => format(catalogue[key], values) },
    [catalogue, language, speak],
  );
  return words && <WordsContext.Provider value={words}>{children}</WordsContext.Provider>;
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error("useWords needs a WordsProvider");
  return words;
}
