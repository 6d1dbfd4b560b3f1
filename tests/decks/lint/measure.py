"""Recall and precision of every rule on decks with injected faults: `python -m tests.decks.lint.measure`."""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.decks.lint import RULES, Report
from tests.decks.lint import decks
from tests.decks.lint.benign import BENIGN
from tests.decks.lint.companion_faults import companion_cases
from tests.decks.lint.decks import File
from tests.decks.lint.faults import FAULTS, Fault, NoPlaceError
from tests.decks.lint.more_faults import MANIFEST  # noqa: F401 -- the module registers its faults

GOAL = 0.95


@dataclass
class Tally:
    """How often a rule found what was put in, missed it, or spoke up where nothing of its kind was."""

    found: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    sound: int = 0

    @property
    def recall(self) -> float:
        """Found of all that were put in."""
        return self.found / max(self.found + len(self.missed), 1)

    @property
    def precision(self) -> float:
        """Found of all times the rule spoke up."""
        return self.found / max(self.found + len(self.false), 1)


Seen = Counter[tuple[str, str]]


def said(report: Report) -> Seen:
    """Return the issues as (rule, shape) with their number: slides move when one is taken out."""
    return Counter((issue.rule, issue.shape) for issue in report.issues)


def measured(files: Mapping[str, File], *, seeds: int, faults: Iterable[Fault] | None = None) -> dict[str, Tally]:
    """Put every fault into every deck and return what each rule made of it."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    rules = [rule.id for rule in RULES]
    chosen = list(FAULTS if faults is None else faults)
    for name, file in files.items():
        clean = said(file.clean)
        _silent(tallies, clean, rules, f"{name}, clean")
        for change in BENIGN:
            for seed in range(seeds):
                _silent(tallies, said(file.lint(change(file.data, random.Random(seed)))) - clean, rules, f"{name}, {change.__name__}")
        for fault in chosen:
            for seed in range(seeds):
                _tried(tallies, fault, file, clean, f"{name}, {fault.name}, seed {seed}")
    for rule, wanted, where, report in companion_cases():
        spoke = any(issue.rule == rule for issue in report.issues)
        _count(tallies[rule], wanted=wanted, spoke=spoke, where=where)
    return dict(tallies)


def _count(tally: Tally, *, wanted: bool, spoke: bool, where: str) -> None:
    if wanted and spoke:
        tally.found += 1
    elif wanted:
        tally.missed.append(where)
    elif spoke:
        tally.false.append(where)
    else:
        tally.sound += 1


def _silent(tallies: dict[str, Tally], seen: Seen, rules: list[str], where: str) -> None:
    spoke = {rule for rule, _ in seen}
    for rule in rules:
        _count(tallies[rule], wanted=False, spoke=rule in spoke, where=where)


def _tried(tallies: dict[str, Tally], fault: Fault, file: File, clean: Seen, where: str) -> None:
    try:
        broken = fault.inject(file.data, random.Random(where))
    except (NoPlaceError, ValueError):
        return
    report = file.lint(broken)
    applied = {result.rule for result in report.results if result.outcome != "not_applicable"}
    if fault.rule not in applied:
        return
    new = {rule for rule, _ in said(report) - clean}
    _count(tallies[fault.rule], wanted=True, spoke=fault.rule in new, where=where)
    for rule in new - {fault.rule} - fault.also:
        _count(tallies[rule], wanted=False, spoke=True, where=where)


def table(tallies: Mapping[str, Tally]) -> str:
    """Return the figures as a table."""
    lines = [f"{'rule':<6}{'faults':>8}{'recall':>9}{'precision':>11}{'sound twins':>13}"]
    for rule in RULES:
        tally = tallies.get(rule.id, Tally())
        tried = tally.found + len(tally.missed)
        lines.append(f"{rule.id:<6}{tried:>8}{tally.recall:>9.3f}{tally.precision:>11.3f}{tally.sound:>13}")
    return "\n".join(lines)


def main() -> int:
    """Measure all rules on all decks; 1 when one is below the goal."""
    files = {**decks.ours(samples=True), **{f"foreign {seed}": decks.File(decks.foreign(seed)) for seed in range(2)}}
    tallies = measured(files, seeds=int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    sys.stdout.write(table(tallies) + "\n")
    for rule, tally in sorted(tallies.items()):
        for kind, cases in (("missed", tally.missed), ("false", tally.false)):
            for case in cases:
                sys.stdout.write(f"{rule} {kind}: {case}\n")
    bad = [rule.id for rule in RULES if min(tallies[rule.id].recall, tallies[rule.id].precision) < GOAL or not tallies[rule.id].found]
    sys.stdout.write(f"below {GOAL}: {', '.join(bad)}\n" if bad else f"every rule reaches {GOAL}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
