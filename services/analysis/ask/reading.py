"""Reading a question into marked sentences: what is a column, a value, a quoted phrase, and what the question defines itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.analysis.ask.linking import WHOLE, Linker, Mention, Named
from services.analysis.ask.wording import MARK, Sentence, plain, sentences_of

_DEFINED = re.compile(
    r"(?:feature|variable|column|field|attribute|metric|category|score)s?\s*,?\s*(?:called|named|as"
    r"|,)?\s*[,:]?\s*['\"]([^'\"\n]{2,60})['\"]"
    r"|(?:called|named)\s+['\"]?([A-Za-z]\w*(?:[ -]\w+){0,2}?)['\"]?(?=\s*(?:[,.]|by|that|which|where|based|using|from|to|as|for|$))",
)
_QUOTED = re.compile(r"(?<!\w)'([^'\n]{1,60})'(?!\w)|\"([^\"\n]{1,60})\"")


@dataclass
class Reading:
    """The sentences of a question with their marks.

    `columns[i]` is the column of `<ci>`, `values[i]` the (column, value) of `<vi>`, `quotes[i]` the
    phrase of `<qi>`. `sure` holds how sure each column mark is; `defined` the names that the question
    gives to columns it has made.
    """

    linker: Linker
    sentences: list[Sentence] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # the words of each column mark
    defined: tuple[str, ...] = ()

    def column(self, mark: str) -> str:
        """Return the column of a mark such as `<c3>` or of a value mark."""
        kind, place = _parse(mark)
        return self.columns[place] if kind == "c" else self.values[place][0]

    def value(self, mark: str) -> tuple[str, str]:
        """Return the column and the value of a mark such as `<v0>`."""
        return self.values[_parse(mark)[1]]

    def quote(self, mark: str) -> str:
        """Return the phrase of a mark such as `<q0>`."""
        return self.quotes[_parse(mark)[1]]

    def columns_in(self, text: str) -> list[str]:
        """Return the columns marked in a stretch of text, in order, each once."""
        return list(dict.fromkeys(self.columns[int(m[2])] for m in MARK.finditer(text) if m[1] == "c"))

    def part(self, name: str) -> list[Sentence]:
        """Return the sentences of one part: question or constraints."""
        return [s for s in self.sentences if s.part == name]

    @property
    def text(self) -> str:
        """All sentences, one a line."""
        return "\n".join(s.text for s in self.sentences)

    def mentions(self, pattern: str) -> bool:
        """Whether the pattern stands anywhere."""
        return re.search(pattern, self.text) is not None


def _parse(mark: str) -> tuple[str, int]:
    match = MARK.fullmatch(mark)
    assert match is not None, mark
    return match[1], int(match[2])


def read(question: str, constraints: str, columns: Sequence[Named]) -> Reading:
    """Return the marked sentences of a question and its constraints over the columns of one table."""
    known = {c.name.lower() for c in columns}
    made = _definitions(f"{plain(question)}\n{plain(constraints)}", known)
    reading = Reading(Linker([*columns, *(Named(name, numeric=True, defined=True) for name in made)]), defined=tuple(made))
    for part, text in (("question", question), ("constraints", constraints)):
        for sentence in sentences_of(text):
            reading.sentences.append(Sentence(_marked(reading, sentence), part))
    return reading


def _definitions(text: str, known: set[str]) -> list[str]:
    found = []
    for match in _DEFINED.finditer(text):
        name = (match[1] or match[2]).strip()
        making = re.search(
            r"(?:creat|generat|new|engineer|deriv|introduc|defin|add|call|comput|construct|categori[sz])\w*[^.]*$",
            text[: match.start()],
            re.IGNORECASE,
        )
        if name.lower() not in known and (making or match[2]):
            found.append(name)
    return list(dict.fromkeys(found))


def _marked(reading: Reading, sentence: str) -> str:
    mentions = reading.linker.mentions(sentence)
    pieces: list[str] = []
    last = 0
    for mention in _with_quotes(mentions, sentence):
        pieces += [sentence[last : mention.start].lower(), _mark(reading, mention, sentence)]
        last = mention.end
    marked = _named_twice(reading, "".join([*pieces, sentence[last:].lower()]))
    return re.sub(r"[ \t]+", " ", re.sub(r"['\"](<[cvq]\d+>)['\"]", r"\1", marked))


def _named_twice(reading: Reading, text: str) -> str:
    """Join a description and the name in brackets behind it: "wind speed (WINDSPEED)" speaks of one column."""

    def one(match: "re.Match[str]") -> str:
        first, second = int(match["first"]), int(match["second"])
        same = reading.columns[first] == reading.columns[second] or reading.sure[first] < WHOLE <= reading.sure[second]
        return f"<c{second}>" if same else match[0]

    return re.sub(r"<c(?P<first>\d+)>(?:\s+[a-z]+){0,2}\s*\(\s*['\"]?<c(?P<second>\d+)>['\"]?\s*\)", one, text)


def _with_quotes(mentions: list[Mention], sentence: str) -> list[Mention]:
    """Add quoted phrases in which nothing is mentioned; a quoted phrase that holds a lesser mention is the phrase."""
    kept = list(mentions)
    for match in _QUOTED.finditer(sentence):
        inside = [m for m in kept if m.start >= match.start() and m.end <= match.end()]
        filled = any(m.end - m.start >= match.end() - match.start() - 2 for m in inside)
        across = any(m.start < match.end() and match.start() < m.end for m in kept if m not in inside)
        if not filled and not across:
            kept = [m for m in kept if m not in inside] + [Mention(match.start(), match.end(), "", match[1] or match[2], 0.0)]
    return sorted(kept, key=lambda m: m.start)


def _mark(reading: Reading, mention: Mention, sentence: str) -> str:
    if not mention.column:
        reading.quotes.append(mention.value or "")
        return f"<q{len(reading.quotes) - 1}>"
    if mention.value is not None:
        reading.values.append((mention.column, mention.value))
        return f"<v{len(reading.values) - 1}>"
    reading.columns.append(mention.column)
    reading.sure.append(mention.sure)
    reading.said.append(sentence[mention.start : mention.end].lower())
    return f"<c{len(reading.columns) - 1}>"
