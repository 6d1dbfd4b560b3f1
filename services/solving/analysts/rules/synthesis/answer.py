"""The argument in sentences: situation, complication, the answer, what it closes of the gap, and what is asked."""

from dataclasses import dataclass
from datetime import date

from services.solving.analysts.rules.dates_in_text import spoken
from services.solving.analysts.rules.synthesis.case import Case, change_style
from services.solving.analysts.rules.synthesis.drafts import NOT_REPEATED, Draft, collections
from services.solving.analysts.rules.synthesis.recommend import deadline_of
from services.solving.analysts.rules.wording import counted, listed, safe, sentence
from services.solving.steps.synthesize import Impact, Recommendation, SupportingPoint
from shared.kit.cited import cite, name
from shared.kit.numbers import Style

ENOUGH = 0.005  # share of the gap below which nothing is left of it


@dataclass(frozen=True)
class Argument:
    """What the sentences are made from."""

    case: Case
    drafts: list[Draft]
    points: list[SupportingPoint]

    @property
    def sized(self) -> list[Draft]:
        """The drafts whose effect is a number."""
        return [d for d in self.drafts if d.counted]


def situation(case: Case) -> str:
    """Where the KPI stands and must go, and what the data hold."""
    kpi = case.kpi
    held = _held(case)
    if kpi is None or kpi.baseline_key is None:
        goal = f"The target for {case.kpi_said} is {cite(kpi.target_key)}. " if kpi and kpi.target_key else ""
        return f"{goal}{held}"
    window = f" ({kpi.window})" if kpi.window else ""
    source = "by the data" if kpi.baseline_source == "data" else "as the text states it"
    return f"{sentence(f'{case.kpi_said} stands at {cite(kpi.baseline_key)} {source}{window}')} {held}"


def _held(case: Case) -> str:
    if case.now.data is None:
        return "No data are attached, so what follows rests on the text alone."
    files = listed([safe(d.source) for d in case.now.data.datasets[:3]])
    tests = case.ledger.assumption(
        float(case.analysis.tests_run), "counted by the engine while it ran", label="tests run", style=Style.COUNT
    )
    return f"We tested {files} with {cite(tests)} tests, adjusted together."


def complication(case: Case) -> str:
    """What stands between today and the target."""
    kpi = case.kpi
    if kpi is None or (kpi.baseline_key is None and kpi.target_key is None):
        if case.now.kpi is not None and case.now.kpi.sizing:
            return "No hurdle is stated that the business must pass, and nothing was measured yet."
        return "Nobody has said yet which number should improve, nor by how much."
    deadline = deadline_of(case)
    by = f" by {name(spoken(deadline))}" if deadline else ""
    if kpi.gap_key and kpi.target_key:
        gap = size(case, kpi.gap_key, "gap to the target")
        reached = case.ledger.value(kpi.gap_key) * (-1 if kpi.direction == "decrease" else 1) <= 0
        if reached:
            return f"The target of {cite(kpi.target_key)} is met already; the question is whether it holds."
        return f"It is {cite(gap)} from the target of {cite(kpi.target_key)}{by}."
    if kpi.target_key:
        return f"The hurdle is {cite(kpi.target_key)}, and nothing measured says yet whether it can be passed."
    return f"No target is stated{', but a decision is due' + by if by else ''}; we judge by what changes {case.kpi_said} most."


def size(case: Case, key: str, label: str) -> str:
    """Return the key of a number without its sign."""
    return case.ledger.formula("abs(x)", {"x": key}, label=label, like=key)


def impact(argued: Argument) -> Impact:
    """The sum of the sized recommendations against the gap."""
    case, kpi = argued.case, argued.case.kpi
    parts = [d.counted.expected for d in argued.sized if d.counted]
    if not parts or kpi is None or kpi.baseline_key is None or case.now.measure is None:
        return Impact(gap_key=kpi.gap_key if kpi else None, total_key=None, remaining_key=None, statement=_unsized(case))
    ratio = case.now.measure.ratio
    written = change_style(ratio.style, ratio.unit)
    names = {f"r{chr(97 + i)}": key for i, key in enumerate(parts)}
    total = case.ledger.formula(" + ".join(names), names, label="expected effect of all actions", **written)
    if kpi.gap_key is None:
        return Impact(
            gap_key=None,
            total_key=total,
            remaining_key=None,
            statement=f"Together we expect {cite(total)} in {case.kpi_said}, overlap removed.",
        )
    left = case.ledger.formula("gap - total", {"gap": kpi.gap_key, "total": total}, label="gap left", **written)
    return Impact(gap_key=kpi.gap_key, total_key=total, remaining_key=left, statement=_closing(argued, total, left))


def _closing(argued: Argument, total: str, left: str) -> str:
    case, kpi = argued.case, argued.case.kpi
    assert kpi is not None
    assert kpi.gap_key is not None
    gap = case.ledger.value(kpi.gap_key)
    expected, open_ = size(case, total, "expected effect of all actions"), size(case, kpi.gap_key, "gap to the target")
    if abs(case.ledger.value(left)) <= ENOUGH * abs(gap) or case.ledger.value(left) * gap < 0:
        return f"Together we expect {cite(expected)}, overlap removed: enough for the gap of {cite(open_)}, if all of it holds."
    together = f"Together we expect {cite(expected)} of the {cite(open_)} gap"
    highs = {f"h{chr(97 + i)}": d.counted.high for i, d in enumerate(argued.sized) if d.counted}
    whole = case.ledger.formula(f"abs({' + '.join(highs)})", highs, label="all actions, whole distance", like=total)
    rest = f"{together}, overlap removed; {cite(size(case, left, 'gap left'))} is left"
    if case.ledger.value(whole) >= abs(gap):
        return f"{rest}. At the high end ({cite(whole)}) the gap is closed."
    return f"{rest}, and even the high end ({cite(whole)}) does not close it: more has to be found."


def _unsized(case: Case) -> str:
    if case.now.data is None:
        return "Without data no effect can be worked out; the first actions give the numbers."
    return f"The data cannot size an action on {case.kpi_said}; the first actions measure it."


def governing_answer(argued: Argument, closed: Impact) -> str:
    """The answer in one sentence."""
    case, points = argued.case, argued.points
    if closed.total_key and argued.sized:
        return _sized_answer(argued, closed)
    leaning = [p for p in points if p.finding_ids]
    if case.now.data is None:
        return _without_data(case)
    supported = any(r.verdict == "supported" for r in case.analysis.results)
    if supported and leaning:
        return f"{leaning[0].text.rstrip('.')}; what an action there would bring has to be measured first."
    if leaning and any(
        f.q_value is not None and f.q_value <= 0.01 and f.kind != "no_effect" for i in leaning[0].finding_ids if (f := case.findings.get(i))
    ):
        planned = case.count([r.question_id for r in case.analysis.results], "hypotheses planned")
        return f"None of {planned} planned hypotheses holds; the strongest other sign is that {_lower(leaning[0].text.rstrip('.'))}."
    if case.analysis.tests_run == 0:
        return f"The data hold too little to test anything about {case.kpi_said}; the next step is to collect more, not to act."
    return f"Nothing in the data sets {case.kpi_said} apart beyond chance; the next step is to collect what is missing, not to act."


def _lower(text: str) -> str:
    return text if text.startswith("[[") else text[:1].lower() + text[1:]


def _sized_answer(argued: Argument, closed: Impact) -> str:
    case, kpi = argued.case, argued.case.kpi
    assert kpi is not None
    assert kpi.baseline_key is not None
    assert closed.total_key is not None
    many = counted(len(argued.sized), "action")
    projected = case.ledger.formula(
        "today + total", {"today": kpi.baseline_key, "total": closed.total_key}, label=f"{kpi.name} with the actions", like=kpi.baseline_key
    )
    start = f"{many[:1].upper()}{many[1:]} can bring {case.kpi_said} from {cite(kpi.baseline_key)} to {cite(projected)}"
    lead = argued.sized[0].words
    if closed.gap_key is None and argued.points:
        move = f"acting on it can bring {case.kpi_said} from {cite(kpi.baseline_key)} to {cite(projected)}"
        return f"{argued.points[0].text.rstrip('.')}; {move}."
    return f"{start}{_against_target(case, closed)}; the largest acts on {lead['measure']} in {lead['segment']}."


def _against_target(case: Case, closed: Impact) -> str:
    kpi = case.kpi
    if kpi is None or closed.remaining_key is None or kpi.target_key is None or kpi.gap_key is None:
        return ""
    left, gap = case.ledger.value(closed.remaining_key), case.ledger.value(kpi.gap_key)
    if abs(left) < ENOUGH * abs(gap):
        return f", the target of {cite(kpi.target_key)}"
    if left * gap <= 0:
        return f", past the target of {cite(kpi.target_key)}"
    short = size(case, closed.remaining_key, "gap left")
    if not any(digit in "123456789" for digit in case.ledger.entry(short).display):  # it rounds to nothing
        return f", within rounding of the target of {cite(kpi.target_key)}"
    return f", {cite(short)} short of the target"


def _without_data(case: Case) -> str:
    leaves = [leaf for leaf in case.tree.leaves() if leaf.hypotheses]
    if not leaves:
        return "Without data nothing can be decided yet."
    first = _lower(leaves[0].hypotheses[0].rstrip("."))
    return f"No data are attached, so nothing is decided yet; the first thing to find out is whether {first}."


def first_step(advised: list[Recommendation]) -> str:
    """What happens on Monday."""
    first = next((a for r in advised for a in r.actions), None)
    if first is None:
        return "Name who owns the question."
    return sentence(f"The {first.owner} starts with this: {_lower(first.description.rstrip('.'))}")


def decision_asked(case: Case, argued: Argument, advised: list[Recommendation]) -> str:
    """The decision the reader is asked for."""
    last = max((a.due_date for r in advised for a in r.actions), default=None)
    review = f", with a review on {name(spoken(date.fromisoformat(last)))}" if last else ""
    if argued.sized:
        return f"Does the {case.frame.decision_maker} start {counted(len(argued.sized), 'action')} now{review}?"
    return f"Does the {case.frame.decision_maker} give people and time to find out{review}?"


def next_data(case: Case) -> list[str]:
    """What to collect where the data could not decide."""
    asks = [sentence(draft.words["ask"]) for draft in collections(case)]
    asks += [sentence(ask) for ask in (case.context.plans.asks if case.context.plans else [])]
    for leaf in case.tree.leaves():
        result = case.results.get(leaf.id)
        findings = [case.findings[i] for i in result.key_findings if i in case.findings] if result else []
        open_ = result is not None and result.verdict == "undecided" and any(f.method not in NOT_REPEATED for f in findings)
        if open_ and leaf.hypotheses:
            asks.append(sentence(f"more cases on whether {_lower(leaf.hypotheses[0].rstrip('.'))}"))
    gaps = case.analysis.not_enough_data[:3] if case.now.data is not None else []
    asks += [sentence(f"data on {listed([safe(m) for m in gap.missing])}") for gap in gaps if gap.missing]
    return list(dict.fromkeys(asks))[:6]
