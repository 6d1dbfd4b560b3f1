"""The points an answer stands on: supported hypotheses first, then what the full pass adds, then what was ruled out."""

from dataclasses import dataclass

from services.analysis.findings import Finding
from services.solving.analysts.rules.synthesis.case import NO_MESSAGE, Case
from services.solving.analysts.rules.synthesis.drafts import Draft
from services.solving.analysts.rules.synthesis.verdicts import is_reversal
from services.solving.analysts.rules.synthesis.words import claim_of, measure_said, segment_of
from services.solving.analysts.rules.wording import listed, said, sentence
from services.solving.steps.synthesize import SupportingPoint
from shared.kit.cited import cite
from shared.kit.numbers import Style

MOST, FEWEST = 5, 3
_MOST_SUSPECTS = 3
_PLACES = ("first", "second", "third")
_ALPHA = 0.01
_TELLING = {"difference", "level", "trend", "association", "change_point", "driver", "mix_shift", "segment", "seasonality", "concentration"}


@dataclass(frozen=True)
class _Told:
    """What has been said, so that no two points say the same."""

    said: set[tuple[str, str]]
    measures: set[str]
    columns: set[frozenset[str]]
    cuts: set[str]
    places: set[str]

    def take(self, finding: Finding) -> bool:
        """Say whether a finding adds something, and note it."""
        said_already, columns = _said_of(finding), frozenset(finding.columns)
        if said_already & self.said or columns in self.columns:
            return False
        self.said.update(said_already)
        self.measures.add(measure_said(finding))
        self.columns.add(columns)
        self.cuts.update(finding.by)
        self.places.add(segment_of(finding))
        return True

    def elsewhere(self, finding: Finding) -> bool:
        """Whether a finding speaks of a place that was not named yet: the same cases often stand in two columns."""
        return not segment_of(finding) or segment_of(finding) not in self.places


def _said_of(finding: Finding) -> set[tuple[str, str]]:
    """What a finding says as pairs of its measure and each group, or of its measure and what it goes with or did."""
    if finding.method == "ratio_change":
        return {(measure_said(finding), "change")}  # one change shows in every cut
    groups = [v for value in finding.entities.values() for v in ([value] if isinstance(value, str) else value)]
    against = finding.params.get("against")
    other = str(against["column"]) if isinstance(against, dict) else " ".join(finding.by)
    return {(measure_said(finding), group) for group in groups} or {(measure_said(finding), f"with {other}")}


def supporting_points(case: Case, drafted: list[Draft]) -> list[SupportingPoint]:
    """Return three to five points, fewer where the evidence is thin."""
    told = _Told(set(), set(), set(), set(), set())
    points = [_point(f, case, drafted) for f in supported_findings(case, drafted) if told.take(f)][: MOST - 2]
    points += [_turned(f, case) for f in case.analysis.findings if is_reversal(f, case) and told.take(f)][:1]
    suspects = _suspects(case, told)
    if len(points) + bool(suspects) < FEWEST:
        points += [_found(f, case) for f in case.analysis.findings if _adds(f, case) and told.elsewhere(f) and told.take(f)][
            : FEWEST - len(points) - bool(suspects)
        ]
    points += _ruled_out(case, suspects, alone=not points, slots=max(1, FEWEST - len(points)))
    points += _left_open(case)[: max(0, FEWEST - len(points))]
    return points[:MOST] or _nothing(case)


def supported_findings(case: Case, drafted: list[Draft]) -> list[Finding]:
    """Return the findings of supported hypotheses: those the actions rest on in their order, then by score."""
    held = [
        f for f in case.analysis.findings if case.verdict_of(f) == "supported" and f.kind not in NO_MESSAGE and not is_reversal(f, case)
    ]
    order = list(dict.fromkeys(i for draft in drafted if draft.counted for i in draft.findings))
    return sorted(held, key=lambda f: (order.index(f.id) if f.id in order else len(order), -f.score, f.id))


def _adds(finding: Finding, case: Case) -> bool:
    """A finding nobody planned that chance does not explain and that speaks of the KPI."""
    if case.verdict_of(finding) is not None or finding.kind not in _TELLING or (finding.q_value or 1.0) > _ALPHA:
        return False
    if case.now.measure is None:
        return True
    own = {name for names in case.now.measure.ratio.of.values() for name in names}
    if set(finding.columns) <= set(case.now.measure.columns):
        return False  # the parts of the KPI go together by definition
    return finding.params.get("measure") in own


def _point(finding: Finding, case: Case, drafted: list[Draft]) -> SupportingPoint:
    return SupportingPoint(
        text=sentence(claim_of(finding, case)), finding_ids=_with_siblings(finding, case), so_what=_so_what(finding, case, drafted)
    )


def _with_siblings(finding: Finding, case: Case) -> list[str]:
    leaf = case.leaf_of.get(finding.id)
    siblings = case.results[leaf.id].key_findings if leaf else []
    return list(dict.fromkeys([finding.id, *siblings]))[:3]


def _so_what(finding: Finding, case: Case, drafted: list[Draft]) -> str:
    """What a finding means for the decision."""
    sized = [d for d in drafted if d.counted]
    for place, draft in enumerate(sized):
        if draft.findings[:1] == [finding.id] and draft.counted is not None:
            return _worth(case, draft, place)
    for place, draft in enumerate(sized):
        if finding.id in draft.findings:
            start = segment_of(finding) or "the same place"
            return f"It says where the {_PLACES[place]} action starts: in {start}, before anything is changed elsewhere."
    place_ = segment_of(finding)
    if finding.kind == "association":
        return "It says what to try, not what would happen: a trial decides whether changing one moves the other."
    where = f" in {place_}" if place_ else ""
    return f"It narrows the search{where}; what it is worth for {case.kpi_said} has to be measured in a trial before money moves."


def _worth(case: Case, draft: Draft, place: int) -> str:
    assert draft.counted is not None
    size = case.ledger.formula("abs(x)", {"x": draft.counted.high}, label="effect, whole distance", like=draft.counted.high)
    back = {"change": "Bringing it back", "mix": "Moving the mix back", "level": "Bringing it level"}.get(draft.kind, "Acting on it")
    if case.kpi is not None and case.kpi.gap_key and case.ledger.value(case.kpi.gap_key):
        if abs(draft.counted.effect.value) > abs(case.ledger.value(case.kpi.gap_key)):
            return f"{back} is worth up to {cite(size)}, more than the whole gap, so it comes {_PLACES[place]}."
        inputs = {"effect": draft.counted.high, "gap": case.kpi.gap_key}
        share = case.ledger.formula("abs(effect / gap)", inputs, label="share of the gap", style=Style.PERCENT)
        return f"{back} is worth up to {cite(size)} or {cite(share)} of the gap, so it comes {_PLACES[place]}."
    return f"{back} is worth up to {cite(size)} of {case.kpi_said}, so it comes {_PLACES[place]}."


def _turned(finding: Finding, case: Case) -> SupportingPoint:
    place = segment_of(finding) or "any group"
    return SupportingPoint(
        text=sentence(claim_of(finding, case)),
        finding_ids=[finding.id],
        so_what=f"A decision on {place} taken on the plain average would hit the wrong place; compare like with like first.",
    )


def _found(finding: Finding, case: Case) -> SupportingPoint:
    return SupportingPoint(
        text=sentence(claim_of(finding, case)),
        finding_ids=[finding.id],
        so_what="It was found in the full pass and not planned for: confirm it on new data before anything rests on it.",
    )


def _suspects(case: Case, told: _Told) -> dict[str, list[str]]:
    """Return the suspected causes that do not hold, at most three, with the findings that say so."""
    names: dict[str, list[str]] = {}
    for leaf in case.tree.leaves():
        result = case.results.get(leaf.id)
        if result is None or result.verdict != "refuted":
            continue
        findings = [case.findings[i] for i in result.key_findings if i in case.findings]
        if not findings or any(is_reversal(f, case) for f in findings):
            continue
        if (noun := _suspect(findings[0], case, told)) and noun not in told.measures:
            names.setdefault(noun, []).extend(result.key_findings)
    return {noun: names[noun] for noun in list(names)[:_MOST_SUSPECTS]}


def _ruled_out(case: Case, suspects: dict[str, list[str]], *, alone: bool, slots: int) -> list[SupportingPoint]:
    """Say which suspects do not hold: in one point, or one each where the answer has little else to stand on."""
    nouns = list(suspects)
    if not nouns:
        return []
    slots = min(slots, len(nouns))
    groups = [[noun] for noun in nouns[: slots - 1]] + [nouns[slots - 1 :]]
    return [_cleared(case, group, suspects, alone=alone, first=place == 0) for place, group in enumerate(groups)]


def _cleared(case: Case, nouns: list[str], suspects: dict[str, list[str]], *, alone: bool, first: bool) -> SupportingPoint:
    ids = list(dict.fromkeys(i for noun in nouns for i in suspects[noun][:1]))
    text = sentence(f"{listed(nouns)} {'does' if len(nouns) == 1 else 'do'} not account for {_about(case)}")
    what = "it" if len(nouns) == 1 else "them"
    so_what = f"Money and time meant for {what} can go to the points above; the tests could have seen an effect that matters."
    if alone and first:
        so_what = f"Spending on {what} would not help; the cause lies outside these data, or the number moves by chance."
    elif alone:
        so_what = f"Plans that rest on {what} can stop here, for the same tests would have shown an effect worth acting on."
    return SupportingPoint(text=text, finding_ids=ids, so_what=so_what)


def _left_open(case: Case) -> list[SupportingPoint]:
    """Say which tested hypotheses the data could not decide: an answer that rests on little says so."""
    points = []
    for leaf in case.tree.leaves():
        result = case.results.get(leaf.id)
        ids = [i for i in result.key_findings if i in case.findings] if result and result.verdict == "undecided" else []
        if ids and leaf.hypotheses:
            claim = leaf.hypotheses[0].rstrip(".")
            claim = claim if claim.startswith("[[") else claim[:1].lower() + claim[1:]
            points.append(
                SupportingPoint(
                    text=f"Whether {claim} stays open: the tests saw too little to say yes or no.",
                    finding_ids=ids[:2],
                    so_what="Do not act on it and do not drop it; more cases decide it, and they are on the list of what to collect.",
                )
            )
    return points


def _about(case: Case) -> str:
    return f"the gap in {case.kpi_said}" if case.kpi is not None and case.kpi.gap_key else f"differences in {case.kpi_said}"


def _suspect(finding: Finding, case: Case, told: _Told) -> str:
    """What a refuted leaf suspected, as a noun: the other number, the part of the KPI, or the cut; nothing where it holds elsewhere."""
    against = finding.params.get("against")
    if isinstance(against, dict):
        return said(str(against["column"]))
    if finding.method == "ratio_mix" and finding.by:
        return f"the mix by {said(finding.by[0])}"
    if not _is_kpi(finding, case):
        return measure_said(finding)
    if finding.method in ("ratio_change", "trend", "change"):
        return "a change over time"
    return said(finding.by[0]) if finding.by and finding.by[0] not in told.cuts else ""


def _is_kpi(finding: Finding, case: Case) -> bool:
    """Whether a finding's measure is the KPI, by the KPI's name or by the engine's own."""
    own = {name for names in case.now.measure.ratio.of.values() for name in names} if case.now.measure else set()
    return measure_said(finding) == case.kpi_said or (len(own) == 1 and finding.params.get("measure") in own)


def _nothing(case: Case) -> list[SupportingPoint]:
    """The one point there is when no test found anything."""
    quiet = [f for f in case.analysis.findings if f.kind == "no_effect"][:3]
    if not quiet:
        return []
    tests = cite(
        case.ledger.assumption(float(case.analysis.tests_run), "counted by the engine while it ran", label="tests run", style=Style.COUNT)
    )
    return [
        SupportingPoint(
            text=f"None of {tests} tests found a difference in {case.kpi_said} that chance does not explain.",
            finding_ids=[f.id for f in quiet],
            so_what="No group and no month is worth singling out; either the cause is not in these data, or the number moves by chance.",
        )
    ]
