"""From a template's leaf to a leaf on the data: the measure and the cut found, the words written, the test bound."""

from dataclasses import dataclass, field

from services.solving.analysts.rules.column_match import likeness
from services.solving.analysts.rules.kpi import name_of
from services.solving.analysts.rules.market import ranking_params
from services.solving.analysts.rules.measures import Cut, Measure, named_cut
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.spread import other_columns, ranked_cuts
from services.solving.analysts.rules.template import BranchTemplate, LeafTemplate, TestKind
from services.solving.analysts.rules.wording import plural_of, said, title
from services.solving.steps.tree import LeafTest

_FEWEST_ROWS = 20  # below which nothing is tested, only listed
METHODS: dict[TestKind, str] = {
    "differs": "ratio_difference",
    "changed": "ratio_change",
    "mix": "ratio_mix",
    "goes_with": "ratio_association",
    "concentrated": "ratio_concentration",
    "compare": "ratio_ranking",
}
_QUESTION: dict[TestKind, str] = {
    "differs": "Does {measure} differ between {bys}?",
    "changed": "Has {measure} changed over time?",
    "mix": "Has the mix of {bys} moved {measure}?",
    "goes_with": "Does {measure} move with {other}?",
    "concentrated": "Do a few {bys} carry most of {measure}?",
    "quality": "Can the records of {measure} be trusted?",
    "compare": "How do {bys} compare in {measure}?",
    "none": "What else moves {measure}?",
}
_HYPOTHESIS: dict[TestKind, str] = {
    "differs": "{measure} differs by {by}",
    "changed": "{measure} changed over time",
    "mix": "the mix of {bys} moved {measure}",
    "goes_with": "{measure} moves with {other}",
    "concentrated": "a few {bys} carry most of {measure}",
    "quality": "the records of {measure} have gaps",
    "compare": "{bys} differ in {measure}",
    "none": "something else moves {measure}",
}


@dataclass
class Used:
    """What leaves already take, so that no two ask the same."""

    tests: set[tuple[str, str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class BoundLeaf:
    """A leaf in words, with its test where the data have what it needs."""

    question: str
    hypothesis: str
    needs: list[str]
    test: LeafTest | None
    ask: str


def bind_leaf(leaf: LeafTemplate, now: Situation, used: Used) -> BoundLeaf | None:
    """Return the leaf on the data; unbound, with what to ask for, where they lack it; None where another leaf asks the same."""
    measure = now.measures.get(leaf.measure)
    leaf = _settled(leaf, now, measure)
    if measure is None or leaf.test in ("none", "quality") or _too_small(leaf, now, measure):
        return _unbound(leaf, now, used)
    if leaf.test == "goes_with":
        return _association(leaf, now, measure, used)
    if leaf.test == "concentrated" and not measure.ratio.total:
        return None
    cut = _cut(leaf, now, measure, used)
    if leaf.test == "changed":
        return _change(leaf, now, measure, cut, used)
    unmixed = leaf.test == "mix" and (measure.ratio.total or now.periods(measure) is None)
    if cut is None or unmixed:
        return _unbound(leaf, now, used)
    return _with_cut(leaf, measure, cut, now, used)


def _settled(leaf: LeafTemplate, now: Situation, measure: Measure | None) -> LeafTemplate:
    """Return the leaf with its test settled: a level or a change as the problem tells of one, shares of a total for a total."""
    test = leaf.test
    if test == "moved":
        test = "changed" if measure and _tells_of_change(now, measure) else "differs"
    if test == "differs" and measure is not None and measure.ratio.total:
        test = "concentrated"
    return leaf.model_copy(update={"test": test})


def _too_small(leaf: LeafTemplate, now: Situation, measure: Measure) -> bool:
    return leaf.test != "compare" and now.data is not None and now.data.dataset(measure.dataset).rows < _FEWEST_ROWS


def _tells_of_change(now: Situation, measure: Measure) -> bool:
    """Whether the problem is that a number moved, and the data reach back to before it did."""
    told = any(not m.is_wish and m.direction for m in now.reading.movements) or now.reading.period is not None
    periods = now.periods(measure)
    return told and periods is not None and periods.earlier is not None


def fillers(branch: BranchTemplate) -> list[LeafTemplate]:
    """Return further leaves for a branch that came out with too few: its measure by other cuts, over time, with other numbers."""
    tests: tuple[TestKind, ...] = ("differs", "changed", "goes_with", "differs", "concentrated")
    return [LeafTemplate(test=test, measure=branch.measure) for test in tests]


def _with_cut(leaf: LeafTemplate, measure: Measure, cut: Cut, now: Situation, used: Used) -> BoundLeaf | None:
    key = (leaf.test, measure.label, cut.column)
    if key in used.tests:
        return None
    used.tests.add(key)
    if leaf.test == "compare":
        ranking = ranking_params(leaf.measure, measure, cut, now)
        test = _test("compare", measure, [cut.column], [*measure.columns, *cut.columns], ranking)
        return _worded(leaf, measure, cut.label, "", test)
    params: dict[str, object] = {"dataset": measure.dataset, "ratio": measure.ratio.model_dump(mode="json"), "cut": cut.by.model_dump()}
    params["worse"] = _worse(now, measure)
    columns = [*measure.columns, *cut.columns]
    if leaf.test == "mix":
        params |= _compared(now, measure)
        columns.append(_clock(now, measure))
    return _worded(leaf, measure, cut.label, "", _test(leaf.test, measure, [cut.column], columns, params))


def _change(leaf: LeafTemplate, now: Situation, measure: Measure, cut: Cut | None, used: Used) -> BoundLeaf | None:
    periods = now.periods(measure)
    if periods is None or periods.earlier is None:
        return _unbound(leaf, now, used)
    by = cut if leaf.by != "*" or cut is None else None
    key = ("changed", measure.label, by.column if by else "")
    if key in used.tests:
        return None
    used.tests.add(key)
    params: dict[str, object] = {"dataset": measure.dataset, "ratio": measure.ratio.model_dump(mode="json"), **_compared(now, measure)}
    params["worse"] = _worse(now, measure)
    columns = [*measure.columns, _clock(now, measure)]
    if by is not None:
        params["cut"] = by.by.model_dump()
        columns += by.columns
        leaf = _in_some(leaf)
    return _worded(leaf, measure, by.label if by else "", "", _test("changed", measure, [by.column] if by else [], columns, params))


def _in_some(leaf: LeafTemplate) -> LeafTemplate:
    """Return the leaf of a change in the words of one that some groups have and others do not."""
    question = leaf.question or "Has {measure} changed in some {bys} and not in others?"
    return leaf.model_copy(update={"question": question, "hypothesis": leaf.hypothesis or "{measure} changed in some {bys}"})


def _association(leaf: LeafTemplate, now: Situation, measure: Measure, used: Used) -> BoundLeaf | None:
    options = [c for c in other_columns(now, measure) if ("goes_with", measure.label, c.column) not in used.tests]
    if leaf.other != "*":
        concept = now.template.concept[leaf.other]
        options = [c for c in options if likeness(c.column, concept.columns) >= 0.5]
    if not options:
        return _unbound(leaf, now, used)
    other = options[0]
    used.tests.add(("goes_with", measure.label, other.column))
    params: dict[str, object] = {"dataset": measure.dataset, "ratio": measure.ratio.model_dump(mode="json"), "against": other.model_dump()}
    columns = [*measure.columns, other.column, *([other.key] if other.key else [])]
    return _worded(leaf, measure, "", said(other.column), _test("goes_with", measure, [], columns, params))


def _test(kind: TestKind, measure: Measure, by: list[str], columns: list[str], params: dict[str, object]) -> LeafTest:
    unique = list(dict.fromkeys(c for c in columns if c))
    return LeafTest(method=METHODS[kind], dataset=measure.dataset, measure=measure.label, by=by, columns=unique, params=params)


def _worse(now: Situation, measure: Measure) -> str:
    return "lower" if now.higher_is_better(measure.ratio) else "higher"


def _compared(now: Situation, measure: Measure) -> dict[str, object]:
    periods = now.periods(measure)
    if periods is None or periods.current is None or periods.earlier is None:
        return {}
    return {"current": periods.current.model_dump(), "earlier": periods.earlier.model_dump()}


def _clock(now: Situation, measure: Measure) -> str:
    periods = now.periods(measure)
    return periods.current.column if periods and periods.current else ""


def _cut(leaf: LeafTemplate, now: Situation, measure: Measure, used: Used) -> Cut | None:
    cuts = ranked_cuts(now, measure)
    if leaf.by not in ("*", "*first"):
        found = named_cut(cuts, now.template.concept[leaf.by])
        if found is not None or leaf.ask or leaf.test == "changed":
            return found
    if leaf.by == "*first":
        return cuts[0] if cuts else None
    free = [c for c in cuts if (leaf.test, measure.label, c.column) not in used.tests]
    return free[0] if free else None


def _unbound(leaf: LeafTemplate, now: Situation, used: Used) -> BoundLeaf | None:
    measure = now.template.measure.get(leaf.measure)
    label = measure.name if measure else name_of(now)
    by = now.template.concept[leaf.by].label if leaf.by in now.template.concept else "group"
    other = now.template.concept[leaf.other].label if leaf.other in now.template.concept else "other conditions"
    if leaf.test == "changed" and leaf.by in now.template.concept:
        leaf = _in_some(leaf)
    key = (leaf.test, label, leaf.question or f"{by} {other}")
    if key in used.tests or (leaf.by.startswith("*") and leaf.test == "differs" and now.data is not None):
        return None
    used.tests.add(key)
    bound = _worded_text(leaf, label, by, other)
    ask = leaf.ask or _asked(leaf, label, by, other)
    return BoundLeaf(*bound, [ask], None, ask)


def _asked(leaf: LeafTemplate, label: str, by: str, other: str) -> str:
    if leaf.test in ("changed", "mix"):
        return f"{label} with a date for each record" + (f" and its {by}" if leaf.test == "mix" else "")
    if leaf.test == "goes_with":
        return f"{label} together with {other} for each record"
    return f"{label} for each record with its {by}"


def _worded(leaf: LeafTemplate, measure: Measure, by: str, other: str, test: LeafTest) -> BoundLeaf:
    question, hypothesis = _worded_text(leaf, measure.label, by or "group", other)
    return BoundLeaf(question, hypothesis, [f"{test.dataset}: {c}" for c in test.columns], test, "")


def _worded_text(leaf: LeafTemplate, measure: str, by: str, other: str) -> tuple[str, str]:
    slots = {"measure": measure, "by": by, "bys": plural_of(by), "other": other}
    question, hypothesis = leaf.question or _QUESTION[leaf.test], leaf.hypothesis or _HYPOTHESIS[leaf.test]
    for slot, words in slots.items():
        question, hypothesis = question.replace("{" + slot + "}", words), hypothesis.replace("{" + slot + "}", words)
    return question[:1].upper() + question[1:], title(hypothesis)
