interface Said {
  title: string;
  source: string;
  notes: string;
}

/** The numbers, from 1, of the slides whose title, source or notes cite one of the ledger keys. */
export function slidesCiting(slides: readonly Said[], keys: readonly string[]): number[] {
  return slides.flatMap(({ title, source, notes }, index) => (keys.some((key) => `${title} ${source} ${notes}`.includes(`[[${key}]]`)) ? [index + 1] : []));
}
