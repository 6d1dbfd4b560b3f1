"""What one wanted answer is about: its words, the column they mean, the rows of the group they name."""

import re
from dataclasses import dataclass

from services.analysis.ask.draft import Draft
from services.analysis.ask.errors import NotUnderstoodError
from services.analysis.ask.lexicon import operations_in
from services.analysis.ask.linking import alike
from services.analysis.ask.plan import Condition, Derive, Keep, Step
from services.analysis.ask.wanted import Wanted, WantedSlot


@dataclass(frozen=True)
class Ask:
    """One slot of a wanted answer with the words around it."""

    wanted: Wanted
    slot: WantedSlot

    @property
    def texts(self) -> tuple[str, ...]:
        """The answer's name, the slot's and what is said of it, most telling first, as lower-case words."""
        said = re.sub(
            (
                r"\b(?:an?|is|are|decimal|integer|positive|negative|real|numeric|signed|floating[- ]point"
                r"|whole)\s+(?:\w+\s+)?numbers?\b|\bnumbers? (?:between|from|with|rounded|indicating|of type)"
                r"|coefficient value"
            ),
            " ",
            self.slot.said.lower(),
        )
        said = re.split(r"\bround\w*|\bbetween\b", said)[0]
        return (words_of(self.wanted.name), words_of(self.slot.name), said)


def words_of(name: str) -> str:
    """Return a name in lower-case words."""
    return re.sub(r"[_\-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).lower()


def column_of(draft: Draft, ask: Ask) -> str:
    """Return the column an answer is about: the one its words name, else the only one the question speaks of."""
    for text in ask.texts:
        if (named := named_in(draft, text)) is not None:
            return named
    if len(draft.subjects) == 1:
        return draft.subjects[0]
    derived = [s.name for s in draft.steps if isinstance(s, Derive)]
    if not draft.subjects and len(derived) == 1:
        return derived[0]
    made = [name for name in derived if name in draft.reading.defined]
    if len(made) == 1 and made[0] in draft.subjects:
        return made[0]
    raise NotUnderstoodError(f"It is not clear which column {ask.wanted.name} is about.")


def named_in(draft: Draft, text: str) -> str | None:
    """Return the subject that the words of an answer's name mean, or None; operations' own words mean no column."""
    rest = text
    for start, end, _ in operations_in(text):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    words = [w for w in re.findall(r"[^\W_]+", rest) if w]
    scores = {subject: score(subject, draft, words) for subject in draft.subjects}
    best = max(scores.values(), default=0.0)
    winners = [s for s, score in scores.items() if score >= best - 1e-9]
    return winners[0] if best >= 0.3 and len(winners) == 1 else None


def score(subject: str, draft: Draft, words: list[str]) -> float:
    """Return how much of a column's name stands in words, 0..1."""
    parts = draft.reading.linker.column(subject).subject
    met = [max((alike(part, word) if len(word) > 1 or part == word else 0.0 for word in words), default=0.0) for part in parts]
    return sum(m for m in met if m >= 0.7) / len(parts)


def rows_about(draft: Draft, ask: Ask) -> tuple[Step, ...]:
    """Return the rows an answer is about: those of the question, of them the group its name names."""
    steps = draft.steps
    for column, values in draft.groups.items():
        chosen = _group_named(draft, ask, column, values)
        steps = (*steps, Keep(conditions=(Condition(column=column, comparison="=", value=chosen),)))
    return steps


def _group_named(draft: Draft, ask: Ask, column: str, values: tuple[str | float, ...]) -> str | float:
    known = draft.reading.linker.column(column)
    numbers = known.numeric and not known.boolean
    few: list[str | float] = [*map(float, known.few)] if numbers else [*known.few]
    options = [*values] or few
    held: list[str | float]
    text = " ".join(ask.texts[:2])
    if known.boolean and values and set(values) <= {0.0, 1.0}:
        return 0.0 if re.search(r"\b(?:not|non|no|without|un\w+)\b", text) else 1.0
    if known.numeric:
        numerals = {float(n) for n in re.findall(r"\d+", text)}
        held = [o for o in options if o in numerals]
    else:
        spots = [o for o in options if re.search(rf"(?<![a-z]){re.escape(words_of(str(o)))}s?(?![a-z])", text)]
        held = [o for o in spots if not any(o != other and str(o).lower() in str(other).lower() for other in spots)]
    if len(held) != 1:
        raise NotUnderstoodError(f"It is not clear which group by {column} {ask.wanted.name} is about.")
    return held[0]
