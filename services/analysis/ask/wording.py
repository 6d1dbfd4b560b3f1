"""A question as sentences in one plain notation, of which the recognisers cross off what they have understood.

Columns, values of columns, and quoted phrases stand as marks: `<c3>`, `<v0>`, `<q1>`. What nobody has
crossed off in the end is what the question says and the grammar does not know.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SAME = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "`": "'", "\u2212": "-", "\u2013": "-", "\u00d7": "*",
    "\u2265": ">=", "\u2264": "<=", "\u2260": "!=", "\u03b1": "alpha", "\u03c3": "sigma", "\u03bc": "mu", "{": " ", "}": " ", "\\n": "\n",
}  # fmt: skip
_NUMBERED = re.compile(r"^\s*(?:question\s*)?\d+\s*[.:)]\s+", re.IGNORECASE)
_LISTED = re.compile(r"^(?:\d+[.)]\s+|[-*\u2022]\s+)")
_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<![:;])[.!?;](?=\s)|\n+\s*(?:[-*\u2022]\s+)?|[.!?;]\s*$")
MARK = re.compile(r"<([cvq])(\d+)>")


def plain(text: str) -> str:
    """Return a text with one kind of quote, dash and comparison sign, without braces and a leading number."""
    for fancy, simple in _SAME.items():
        text = text.replace(fancy, simple)
    return _NUMBERED.sub("", text).strip()


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, without their full stops."""
    pieces = (_LISTED.sub("", s.strip()) for s in _END.split(plain(text)) if s)
    return [s for s in pieces if s]


@dataclass
class Sentence:
    """One sentence in marks, lower case; `part` says where it stands: question, constraints."""

    text: str
    part: str
    used: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.used = [False] * len(self.text)

    def find(self, pattern: str) -> "re.Match[str] | None":
        """Return the first place where the pattern stands, whoever has read it."""
        return re.search(pattern, self.text)

    def take(self, pattern: str) -> "Iterator[re.Match[str]]":
        """Yield every place where the pattern stands and cross it off."""
        for match in re.finditer(pattern, self.text):
            self.cross(*match.span())
            yield match

    def took(self, pattern: str) -> bool:
        """Cross off every place where the pattern stands; say whether there was one."""
        return bool(list(self.take(pattern)))

    def cross(self, start: int, end: int) -> None:
        """Cross off a stretch of the sentence."""
        self.used[start:end] = [True] * (end - start)

    def cross_words(self, start: int = 0, end: int | None = None) -> None:
        """Cross off a stretch but for the marks in it."""
        last = len(self.text) if end is None else end
        marked = [m.span() for m in MARK.finditer(self.text)]
        for i in range(start, last):
            self.used[i] = self.used[i] or not any(a <= i < b for a, b in marked)

    def free(self, start: int, end: int) -> bool:
        """Whether nothing of a stretch is crossed off."""
        return not any(self.used[start:end])

    @property
    def rest(self) -> str:
        """What is not crossed off, with gaps as spaces."""
        return "".join(" " if used else c for c, used in zip(self.text, self.used, strict=True))
