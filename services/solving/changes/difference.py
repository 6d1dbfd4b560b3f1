"""The difference of two states of a problem, as a pure comparison.

Keys of the ledger follow from recipe and number, so a number that moved has another key. It is recognised by its recipe without the
numbers in it; where that is not enough, by its label where that is said only once on either side.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.decks.model import Deck
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.steps.analyze import Analysis
from services.solving.steps.contract import StepName
from services.solving.steps.synthesize import Synthesis
from services.solving.steps.tree import IssueTree
from shared.kit.cited import cited_keys, shown
from shared.kit.hashing import canonical_json
from shared.kit.value import Value

Moved = Literal["added", "removed", "changed"]
Entries = Mapping[str, EvidenceEntry]


@dataclass(frozen=True)
class Snapshot:
    """A problem as a run left it: the version and hash of every step, the decisions that are compared, and the ledger."""

    versions: Mapping[StepName, tuple[int, str]] = field(default_factory=dict)
    tree: IssueTree | None = None
    analysis: Analysis | None = None
    synthesis: Synthesis | None = None
    deck: Deck | None = None
    ledger: Mapping[str, EvidenceEntry] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """Return cited text as people read it."""
        return str(shown(text, {key: entry.display for key, entry in self.ledger.items()}))


class StepChange(Value):
    """A step whose decision is not what it was; a version None: it had none."""

    step: StepName
    before: int | None
    after: int | None


class Change(Value):
    """Something that came, went, or reads otherwise. `what` names it; `before` and `after` are as people read them."""

    change: Moved
    what: str
    before: str | None = None
    after: str | None = None


class NumberChange(Change):
    """A number shown on a slide; its ledger keys before and after."""

    key_before: str | None = None
    key_after: str | None = None


class Difference(Value):
    """All that differs between two runs. `conclusion` None: the answer reads the same. `argument_holds`: only its numbers moved."""

    steps: list[StepChange]
    numbers: list[NumberChange]
    verdicts: list[Change]
    findings: list[Change]
    recommendations: list[Change]
    slides: list[Change]
    conclusion: Change | None
    argument_holds: bool

    @property
    def nothing(self) -> bool:
        """Whether the two are the same."""
        return not self.steps


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """Return what changed from one state to the other. Pure."""
    conclusion = _conclusion(before, after)
    return Difference(
        steps=_steps(before, after),
        numbers=list(_numbers(before, after)),
        verdicts=_changes(_verdicts(before), _verdicts(after)),
        findings=_changes(_findings(before), _findings(after)),
        recommendations=_changes(_recommendations(before), _recommendations(after)),
        slides=_changes(_slides(before), _slides(after)),
        conclusion=conclusion,
        argument_holds=conclusion is None or _argument(before) == _argument(after),
    )


def _steps(before: Snapshot, after: Snapshot) -> list[StepChange]:
    found = []
    for step in StepName:
        one, other = before.versions.get(step), after.versions.get(step)
        if (one and one[1]) != (other and other[1]):
            found.append(StepChange(step=step, before=one and one[0], after=other and other[0]))
    return found


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """Compare two texts a name, in the order of the later state, with what went at the end."""
    found = []
    for what, text in after.items():
        if what not in before:
            found.append(Change(change="added", what=what, after=text))
        elif before[what] != text:
            found.append(Change(change="changed", what=what, before=before[what], after=text))
    return found + [Change(change="removed", what=what, before=text) for what, text in before.items() if what not in after]


def _numbers(before: Snapshot, after: Snapshot) -> Iterator[NumberChange]:
    """Compare the numbers that slides show; one that is shown under the same key has not moved."""
    gone, new = _shown_numbers(before), _shown_numbers(after)
    gone, new = {k: e for k, e in gone.items() if k not in new}, {k: e for k, e in new.items() if k not in gone}
    for name_of in (_recipe, _label):
        for old, later in _paired(gone, new, name_of):
            one, other = gone.pop(old), new.pop(later)
            if one.display != other.display:
                yield NumberChange(
                    change="changed", what=other.label, before=one.display, after=other.display, key_before=one.key, key_after=other.key
                )
    for entry in new.values():
        yield NumberChange(change="added", what=entry.label, after=entry.display, key_after=entry.key)
    for entry in gone.values():
        yield NumberChange(change="removed", what=entry.label, before=entry.display, key_before=entry.key)


def _shown_numbers(state: Snapshot) -> dict[str, EvidenceEntry]:
    """Return the numbers that slides show, in the order in which they are read."""
    if state.deck is None:
        return {}
    keys = cited_keys(canonical_json([slide.model_dump(mode="json") for slide in state.deck.slides]))
    found = {key: state.ledger[key] for key in keys if key in state.ledger}
    return {key: entry for key, entry in found.items() if entry.value is not None}


def _recipe(entry: EvidenceEntry) -> str:
    """The recipe without what moves with the data: hashes, keys of other entries, and the correction for the tests of a run."""
    recipe = entry.recipe
    params = {name: value for name, value in recipe.params.items() if name != "adjustment"}
    return canonical_json([entry.kind, entry.label, recipe.query, recipe.method, params, recipe.fact, recipe.formula, recipe.text])


def _label(entry: EvidenceEntry) -> str:
    return entry.label


def _paired(
    gone: Mapping[str, EvidenceEntry], new: Mapping[str, EvidenceEntry], name_of: Callable[[EvidenceEntry], str]
) -> list[tuple[str, str]]:
    """Return the keys that are named alike, where the name is given once on either side."""
    names, others = {k: name_of(e) for k, e in gone.items()}, {k: name_of(e) for k, e in new.items()}
    once, once_more = Counter(names.values()), Counter(others.values())
    by_name = {name: key for key, name in others.items() if once_more[name] == 1}
    return [(key, by_name[name]) for key, name in names.items() if once[name] == 1 and name in by_name]


def _verdicts(state: Snapshot) -> dict[str, str]:
    if state.synthesis is None:
        return {}
    titles = {node.id: node.title for node in state.tree.nodes} if state.tree else {}
    return {f"{v.node_id} {state.read(titles.get(v.node_id, ''))}".strip(): v.verdict for v in state.synthesis.leaf_verdicts}


def _findings(state: Snapshot) -> dict[str, str]:
    """Name a finding by what it looked at: its id follows from the data."""
    if state.analysis is None:
        return {}
    found = {}
    for finding in state.analysis.findings:
        params = {name: value for name, value in finding.params.items() if name != "adjustment"}
        found[f"{finding.method} {canonical_json(params)}"] = finding.statement
    return found


def _recommendations(state: Snapshot) -> dict[str, str]:
    if state.synthesis is None:
        return {}
    return {state.read(r.title): state.read(r.expected_impact.arithmetic) for r in state.synthesis.recommendations}


def _slides(state: Snapshot) -> dict[str, str]:
    """Name a slide by its kind and its place among those of its kind; its text is its title and all it shows."""
    if state.deck is None:
        return {}
    seen: Counter[str] = Counter()
    found = {}
    for slide in state.deck.slides:
        seen[slide.kind] += 1
        what = slide.kind.replace("_", " ") + (f" {seen[slide.kind]}" if seen[slide.kind] > 1 else "")
        body = canonical_json(slide.model_dump(mode="json", exclude={"title"}))
        found[what] = state.read(slide.title) + "\n" + state.read(body)
    return found


def _conclusion(before: Snapshot, after: Snapshot) -> Change | None:
    one = before.read(before.synthesis.governing_answer) if before.synthesis else None
    other = after.read(after.synthesis.governing_answer) if after.synthesis else None
    if one == other:
        return None
    return Change(change="added" if one is None else "removed" if other is None else "changed", what="answer", before=one, after=other)


def _argument(state: Snapshot) -> str | None:
    """The answer without its numbers."""
    if state.synthesis is None:
        return None
    return str(shown(state.synthesis.governing_answer, dict.fromkeys(state.ledger, "…")))
