"""What became of every leaf, tested or not, and where findings speak against one another."""

from services.analysis.findings import Finding
from services.solving.analysts.rules.synthesis.case import Case
from services.solving.analysts.rules.synthesis.words import claim_of, measure_said
from services.solving.analysts.rules.wording import sentence
from services.solving.steps.synthesize import LeafVerdict
from services.solving.steps.tree import TreeNode
from shared.kit.cited import cite

_OPPOSITE = {
    "higher": "lower",
    "lower": "higher",
    "increasing": "decreasing",
    "decreasing": "increasing",
    "positive": "negative",
    "negative": "positive",
}
_APART = 0.03  # share by which the text and the data may differ in the KPI's level


def leaf_verdicts(case: Case) -> list[LeafVerdict]:
    """Return the verdict of every leaf in reading order, with its reason."""
    return [_verdict(leaf, case) for leaf in case.tree.leaves()]


def _verdict(leaf: TreeNode, case: Case) -> LeafVerdict:
    result = case.results.get(leaf.id)
    if result is None or (not result.key_findings and case.now.data is None):
        return LeafVerdict(node_id=leaf.id, verdict="not_tested", reason=_why_not(leaf, case), finding_ids=[])
    effect = next((key for i in result.key_findings if (key := case.headline(i))), None)
    reason = result.summary or _why_not(leaf, case)
    return LeafVerdict(node_id=leaf.id, verdict=result.verdict, reason=reason, finding_ids=result.key_findings, effect_key=effect)


def _why_not(leaf: TreeNode, case: Case) -> str:
    """The reason a leaf was not tested: cut from the plan, or what would have to be asked for."""
    priority = case.priorities.get(leaf.id)
    if not leaf.data_available or leaf.test is None or case.now.data is None:
        needs = leaf.required_data[0] if leaf.required_data else "data on it"
        return sentence(
            f"The data to test it are not attached; ask for {needs[:1].lower() + needs[1:] if not needs.startswith('[[') else needs}"
        )
    if priority is not None and priority.cut_reason:
        return sentence(f"Left out of the plan: {priority.cut_reason}")
    return "It was left out of the plan: other leaves come first."


def contradictions(case: Case) -> list[str]:
    """Return where findings, or the text and the data, speak against one another, and what we make of it."""
    return [*_reversals(case), *_crude_against_adjusted(case), *_opposites(case), *_second_tests(case), *_stated_against_data(case)]


def is_reversal(finding: Finding, case: Case) -> bool:
    """Whether a finding says that a crude comparison turns when like is compared with like."""
    if finding.method == "reversal":
        return True
    adjusted, crude = case.fact(finding.id, "adjusted"), _crude(finding)
    return adjusted is not None and crude is not None and case.ledger.value(adjusted) * crude < 0


def _crude(finding: Finding) -> float | None:
    return None if finding.baseline is None else finding.value - finding.baseline


def _reversals(case: Case) -> list[str]:
    found = [f for f in case.analysis.findings if is_reversal(f, case)]
    return [sentence(f"{claim_of(f, case)}; nothing is built on the plain comparison") for f in found[:2]]


def _crude_against_adjusted(case: Case) -> list[str]:
    told = []
    for finding in case.analysis.findings:
        adjusted, difference = case.fact(finding.id, "adjusted"), case.fact(finding.id, "difference")
        if adjusted is None or difference is None or is_reversal(finding, case):
            continue
        inside, crude = abs(case.ledger.value(adjusted)), abs(case.ledger.value(difference))
        if crude > 0 and not 0.5 <= inside / crude <= 1.5:
            word = "shrinks" if inside < crude else "grows"
            like = "when like is compared with like"
            told.append(f"The difference in {measure_said(finding)} {word} from {cite(difference)} to {cite(adjusted)} {like}.")
    return told[:2]


def _opposites(case: Case) -> list[str]:
    """Two findings on the same measure, cut and place that point in opposite directions."""
    told: list[str] = []
    seen: dict[tuple[object, ...], Finding] = {}
    for finding in case.analysis.findings:
        if finding.direction not in _OPPOSITE or is_reversal(finding, case):
            continue
        place = (finding.measure, tuple(finding.by), str(sorted(finding.entities.items())))
        other = seen.get((*place, _OPPOSITE[finding.direction]))
        seen.setdefault((*place, finding.direction), finding)
        if other is not None:
            first, second = claim_of(other, case), _lower(claim_of(finding, case))
            told.append(sentence(f"{first}, yet {second}: the periods or the rows differ, and both are shown"))
    return told[:2]


def _second_tests(case: Case) -> list[str]:
    supported = [
        f for f in case.analysis.findings if case.verdict_of(f) == "supported" and f.robustness and "does not agree" in f.robustness
    ]
    return [
        sentence(f"A second test does not agree that {_lower(claim_of(f, case))}; it counts with less confidence") for f in supported[:1]
    ]


def _stated_against_data(case: Case) -> list[str]:
    kpi = case.kpi
    if kpi is None or kpi.baseline_source != "data" or not (kpi.baseline_key and kpi.baseline_stated_key):
        return []
    measured, stated = case.ledger.value(kpi.baseline_key), case.ledger.value(kpi.baseline_stated_key)
    if abs(measured - stated) <= _APART * max(abs(measured), abs(stated)):
        return []
    return [
        f"The text puts {case.kpi_said} at {cite(kpi.baseline_stated_key)}, the data at {cite(kpi.baseline_key)}; we count from the data."
    ]


def _lower(text: str) -> str:
    return text if text.startswith("[[") else text[:1].lower() + text[1:]
