"""What an item of the quality bar is: a step, a name, and a check that lists what falls short on a problem worked through."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from services.decks.lint import Issue, lint_deck
from services.decks.model import Deck
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.evidence.rerun import Bench
from services.solving.steps.analyze import Analysis
from services.solving.steps.contract import StepContext
from services.solving.steps.frame import Frame
from services.solving.steps.plan import Plans
from services.solving.steps.prioritize import Priorities
from services.solving.steps.synthesize import Synthesis
from services.solving.steps.tree import IssueTree
from shared.kit.cited import shown
from tests.solving.analysts.runs import problem, worked


@dataclass(frozen=True)
class Worked:
    """A problem after all seven steps, its data still open."""

    context: StepContext
    results: dict[str, Any]

    @property
    def frame(self) -> Frame:
        assert self.context.frame is not None
        return self.context.frame

    @property
    def tree(self) -> IssueTree:
        assert self.context.tree is not None
        return self.context.tree

    @property
    def priorities(self) -> Priorities:
        assert self.context.priorities is not None
        return self.context.priorities

    @property
    def plans(self) -> Plans:
        assert self.context.plans is not None
        return self.context.plans

    @property
    def analysis(self) -> Analysis:
        assert self.context.analysis is not None
        return self.context.analysis

    @property
    def synthesis(self) -> Synthesis:
        assert self.context.synthesis is not None
        return self.context.synthesis

    @property
    def deck(self) -> Deck:
        deck: Deck = self.results["present"].deck
        return deck

    @cached_property
    def entries(self) -> dict[str, EvidenceEntry]:
        """The whole ledger, the last step's entries among it."""
        return {**self.context.known, **{entry.key: entry for entry in self.results["present"].entries}}

    @cached_property
    def differing(self) -> list[str]:
        """The numbers that do not compute again."""
        bench = Bench(self.entries, self.context.data, self.context.problem.raw_text)
        tried = [(entry, bench.rerun(entry)) for entry in self.entries.values()]
        return [f"{entry.label}: {again.detail}" for entry, again in tried if not again.same]

    @cached_property
    def lint(self) -> tuple[Issue, ...]:
        """What the deck's own rules say of it."""
        return lint_deck(self.deck).issues

    def read(self, text: str) -> str:
        """Return cited text as people read it."""
        return str(shown(text, {key: entry.display for key, entry in self.entries.items()}))


Check = Callable[[Worked], Iterator[str]]


@dataclass(frozen=True)
class Item:
    """One line of the bar. `applies` says on which problems it can be checked at all."""

    step: str
    name: str
    check: Check
    applies: Callable[[Worked], bool] = lambda _: True

    def faults(self, done: Worked) -> list[str] | None:
        """Return what falls short, nothing where all is well, None where the item does not apply."""
        return list(self.check(done)) if self.applies(done) else None


def has_data(done: Worked) -> bool:
    """Whether anything was attached."""
    return done.context.data is not None


@contextmanager
def solved(text: str, files: Sequence[Path] = (), *, title: str | None = None) -> Iterator[Worked]:
    """Work a problem through all seven steps with the rules analyst, and keep its data open."""
    with problem(text, files, title=title) as begun:
        context, results = worked(begun, until="present")
        yield Worked(context, results)
