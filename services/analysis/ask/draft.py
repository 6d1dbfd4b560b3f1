"""What the recognisers have found in a question, before its answers are bound to it."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from services.analysis.ask import cleaning, filters
from services.analysis.ask.derived import derived_in
from services.analysis.ask.errors import NotUnderstoodError
from services.analysis.ask.filters import as_number
from services.analysis.ask.lexicon import DEFINITIONS, HARMLESS, NUMBER
from services.analysis.ask.linking import AKIN, WHOLE, alike
from services.analysis.ask.models import Model, model_in
from services.analysis.ask.plan import Bands, Condition, Derive, Distinct, DropMissing, Fill, Keep, Outliers, Scale, Spread, Step
from services.analysis.ask.reading import Reading
from services.analysis.ask.superlatives import Superlative, superlative_in
from services.analysis.ask.verdicts import cross_verdicts
from services.analysis.ask.wording import MARK

_EACH = re.compile(
    r"\b(?:for each|for every|per|in each|of each|within each|by each|for different"
    r"|across(?: different| the)?|(?:group(?:ed|ing)?(?: the data)?|separately|aggregated) by|each)\s+"
    r"(?:[a-z]+\s+){0,2}?(?P<c><c\d+>)"
)


@dataclass
class Draft:
    """Everything found. `groups` maps a column to the values by which answers differ."""

    reading: Reading
    steps: tuple[Step, ...] = ()
    conditions: tuple[Condition, ...] = ()
    groups: dict[str, tuple[str | float, ...]] = field(default_factory=dict)
    outliers: Outliers | None = None
    removed: bool = False
    model: Model | None = None
    superlative: Superlative | None = None
    spread: Spread = "sample"
    percentiles: tuple[float, ...] = ()

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The columns spoken of outside conditions, definitions and groupings, the sure ones only where there are any."""
        marks = self._free_marks()
        marks = [m for m in marks if m[1] > AKIN] if any(m[1] >= WHOLE for m in marks) else marks
        names = [c for c, s, said in marks if s >= WHOLE or not self._meant_otherwise(c, said)]
        made = [s.name for s in self.steps if isinstance(s, Derive | Bands)]
        spoken = [
            *names,
            *(
                m
                for m in made
                if self.reading.mentions(r"(?:this|the|new|transformed|resulting|created) (?:new |\w+ )?(?:feature|variable|column)")
            ),
        ]
        sources = {c for s in self.steps if isinstance(s, Derive) and s.name not in s.columns for c in s.columns}
        left = [n for n in dict.fromkeys(spoken) if n not in self.groups]
        return tuple(n for n in left if n not in sources or self._beside(n, made)) if made else tuple(left)

    def _beside(self, name: str, made: list[str]) -> bool:
        """Whether a source of a made column is also asked about on its own, in a sentence that names them both and defines nothing."""
        for sentence in self.reading.part("question"):
            columns = self.reading.columns_in(sentence.text)
            if name in columns and any(m in columns for m in made) and re.search(r"correlat|relationship|compar", sentence.text):
                return any(
                    sentence.free(*m.span()) and self.reading.column(m[0]) == name for m in MARK.finditer(sentence.text) if m[1] == "c"
                )
        return False

    def _meant_otherwise(self, column: str, said: str) -> bool:
        """Whether words that name a column in part are part of another column's name that is spoken of in full."""
        whole = {c for c, s in zip(self.reading.columns, self.reading.sure, strict=True) if s >= WHOLE and c != column}
        words = re.findall(r"[^\W\d_]+", said)
        return any(alike(part, word) >= 0.7 for c in whole for part in self.reading.linker.column(c).subject for word in words)

    def _free_marks(self) -> list[tuple[str, float, str]]:
        found = []
        for sentence in self.reading.sentences:
            for match in MARK.finditer(sentence.text):
                if match[1] == "c" and sentence.free(*match.span()):
                    place = int(match[2])
                    found.append((self.reading.columns[place], self.reading.sure[place], self.reading.said[place]))
        return found


def draft_of(reading: Reading) -> Draft:
    """Run the recognisers in the order in which they may claim words. Raises NotUnderstoodError for contradicting conditions."""
    for sentence in reading.sentences:
        for phrase in DEFINITIONS:
            sentence.took(phrase)
        for phrase in HARMLESS:
            for match in re.finditer(phrase, sentence.text):
                sentence.cross_words(*match.span())
    repeats = cleaning.repeats_in(reading)
    derived = derived_in(reading)
    scales = cleaning.scales_in(reading)
    outliers = cleaning.outliers_in(reading)
    removed = cleaning.removes_outliers(reading)
    missing = cleaning.missing_in(reading)
    cross_verdicts(reading.sentences)
    found = filters.conditions_in(reading)
    superlative = superlative_in(reading)
    draft = Draft(reading, superlative=superlative, outliers=outliers, removed=removed, spread=cleaning.spread_of(reading))
    draft.percentiles = _percentiles(reading)
    draft.conditions, draft.groups = _grouped([f.condition for f in found])
    _groupings(draft)
    draft.steps = _ordered(repeats, missing, draft.conditions, scales, derived)
    draft.model = model_in(reading)
    return draft


def _grouped(conditions: list[Condition]) -> tuple[tuple[Condition, ...], dict[str, tuple[str | float, ...]]]:
    """Tell conditions on all rows from values of one column that are set against one another."""
    groups: dict[str, tuple[str | float, ...]] = {}
    kept: list[Condition] = []
    for column in dict.fromkeys(c.column for c in conditions):
        mine = [c for c in dict.fromkeys(conditions) if c.column == column]
        values = [c.value for c in mine if c.comparison == "=" and not c.against]
        if len(values) > 1 and len(values) == len(mine):
            groups[column] = tuple(values)
            continue
        if _contradict(mine):
            raise NotUnderstoodError(f"The question sets several conditions on {column} that no row meets together.")
        kept += mine
    return tuple(kept), groups


def _percentiles(reading: Reading) -> tuple[float, ...]:
    """Return the percentiles that are named, crossed off; quartiles alone have names of their own."""
    pattern = rf"(?P<n>{NUMBER})(?:st|nd|rd|th)?(?=(?:,? (?:and |or )?(?:the )?{NUMBER}(?:st|nd|rd|th)?)*[ -](?:percentile|quantile)s?)"
    spots = [(s, m) for s in reading.part("question") for m in re.finditer(pattern, s.text) if s.free(*m.span())]
    found = [float(m["n"]) for _, m in spots]
    if set(found) <= {25.0, 75.0}:
        return ()
    for sentence, match in spots:
        sentence.cross(*match.span())
        sentence.took(r"\bpercentiles?\b|\bquantiles?\b")
    return tuple(dict.fromkeys(found))


def _contradict(conditions: list[Condition]) -> bool:
    equal = [c for c in conditions if c.comparison == "=" and not c.against]
    upper = [float(c.value) for c in conditions if c.comparison in {"<", "<="} and not c.against]
    lower = [float(c.value) for c in conditions if c.comparison in {">", ">="} and not c.against]
    return (
        len(equal) > 1
        or (bool(equal) and bool(upper or lower))
        or len(upper) > 1
        or len(lower) > 1
        or (bool(upper) and bool(lower) and max(lower) > min(upper))
    )


def _groupings(draft: Draft) -> None:
    """Add the columns that the question asks to group by."""
    for sentence in draft.reading.sentences:
        for match in _EACH.finditer(sentence.text):
            column = draft.reading.linker.column(draft.reading.column(match["c"]))
            if column.few and sentence.free(*match.span("c")):
                sentence.cross(*match.span())
                draft.groups.setdefault(column.name, ())
                listed = re.match(r"(?:es|s)?\s*\(?(\d[\d, and]*\d)\)?", sentence.text[match.end() :])
                if listed and {float(n) for n in re.findall(r"\d+", listed[1])} <= {as_number(v) for v in column.few}:
                    sentence.cross(match.end(), match.end() + listed.end())


def _ordered(
    repeats: list[Distinct],
    missing: list[DropMissing | Fill],
    conditions: tuple[Condition, ...],
    scales: list[Scale],
    derived: list[Derive | Bands],
) -> tuple[Step, ...]:
    # A drop without columns means the columns of each calculation, which leaves them out by itself.
    cleaned = [m for m in missing if isinstance(m, Fill) or m.columns]
    made = {d.name for d in derived}
    before = tuple(c for c in conditions if c.column not in made)
    after = tuple(c for c in conditions if c.column in made)
    keep = [Keep(conditions=before)] if before else []
    late = [Keep(conditions=after)] if after else []
    drops = [DropMissing(columns=tuple(c for c in m.columns if c not in made)) if isinstance(m, DropMissing) else m for m in cleaned]
    drops = [d for d in drops if isinstance(d, Fill) or d.columns]
    return (*repeats, *drops, *keep, *scales, *derived, *late)
