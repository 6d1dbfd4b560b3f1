"""What a rule is given and what it says: the deck as read, issues, outcomes, the report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import computed_field

from services.decks.elements import Cell
from services.decks.manifest import PresentedDeck
from services.decks.pptx.inspection import ShapeFacts, SlideFacts
from shared.kit.value import Value

Severity = Literal["error", "warning"]
Box = tuple[float, float, float, float]


class Outcome(StrEnum):
    """What became of a rule: `failed` has errors, `warned` only warnings."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"


class Issue(Value):
    """A broken rule: where (slide 0 is the whole deck), by how much, and how to mend it."""

    rule: str
    severity: Severity
    slide: int
    shape: str = ""
    message: str
    mend: str


class RuleResult(Value):
    """One rule's outcome; `reason` says why it does not apply, was not run, or was run only in part."""

    rule: str
    title: str
    outcome: Outcome
    reason: str = ""
    issues: tuple[Issue, ...] = ()


class Report(Value):
    """All rules' results. Approval is blocked while `errors` is not zero, and needs a reason while `warnings` is not zero."""

    slides: int
    ours: bool
    results: tuple[RuleResult, ...]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Every issue, rule by rule."""
        return tuple(issue for result in self.results for issue in result.issues)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(issue.severity == "error" for issue in self.issues)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return sum(issue.severity == "warning" for issue in self.issues)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def passed(self) -> int:
        """How many rules hold."""
        return sum(result.outcome is Outcome.PASSED for result in self.results)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def applied(self) -> int:
        """How many rules were applied."""
        return sum(result.outcome not in (Outcome.NOT_APPLICABLE, Outcome.NOT_RUN) for result in self.results)


@dataclass(frozen=True, slots=True)
class Companions:
    """The files told from the same deck, where they are at hand."""

    pdf: Path | None = None
    video: Path | None = None
    audio: Path | None = None
    captions: Path | None = None


@dataclass(frozen=True)
class Checked:
    """A deck as the rules see it. `presented` is None for a deck that carries no manifest of ours."""

    data: bytes
    slides: list[SlideFacts]
    presented: PresentedDeck | None
    size: tuple[float, float]
    language: str
    fonts: frozenset[str]
    displays: Mapping[str, str] | None = None
    rows: Mapping[str, Sequence[Sequence[Cell]]] | None = None
    companions: Companions = Companions()
    open_it: bool = False
    kinds: Mapping[int, str] = field(default_factory=dict)

    def kind(self, slide: SlideFacts) -> str:
        """Return the slide's kind, or nothing where no manifest tells it."""
        return self.kinds.get(slide.slide_id, "")

    def manifest(self) -> PresentedDeck:
        """Return what the manifest claims. Raises NotApplicableError."""
        if self.presented is None:
            raise NotApplicableError("the deck carries no manifest that says what its slides and numbers are")
        return self.presented


class NotApplicableError(Exception):
    """Raised by a rule that has nothing to say of a deck; its text is the reason."""


class NotRunError(Exception):
    """Raised by a rule whose tool is not here; its text is the reason. What it found before stands."""


Fault = tuple[Severity, int, str, str]
"""Severity, slide, shape and message of an issue; rule and mend are the registry's."""

Check = Callable[[Checked], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, what it asks for, how it is checked, and how a fault is mended."""

    id: str
    title: str
    check: Check
    mend: str


def error(slide: int, shape: ShapeFacts | str, message: str) -> Fault:
    """Return a fault that blocks approval."""
    return ("error", slide, shape if isinstance(shape, str) else shape.name, message)


def warning(slide: int, shape: ShapeFacts | str, message: str) -> Fault:
    """Return a fault that needs a reason."""
    return ("warning", slide, shape if isinstance(shape, str) else shape.name, message)
