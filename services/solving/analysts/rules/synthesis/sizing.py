"""What an action would bring: the KPI worked out again with the groups that hurt brought to the level of the others, or of before.

Arithmetic, all of it in the ledger: for the KPI itself, share of the group times the distance; for a factor, the KPI's share of
the group times the relative distance; for an amount, the KPI's sums with the amount moved. What an earlier action already takes
is taken off: groups that do not meet add up, the same part of the KPI counts once, and different parts multiply.
"""

from dataclasses import dataclass

from services.analysis.ratios import Part, Period, Ratio
from services.solving.analysts.rules.synthesis.case import Case, change_style, level_style
from services.solving.analysts.rules.synthesis.subject import Subject
from shared.kit.numbers import Style

_WORTH = 0.01  # of the gap (or a tenth of that of the KPI): what is too small to be called an action


@dataclass(frozen=True)
class Effect:
    """What closing the whole distance would change the KPI by (signed), and the two levels it lies between."""

    subject: Subject
    full: str
    here: str | None
    there: str | None
    words: str  # the formula as one says it
    value: float


@dataclass(frozen=True)
class Counted:
    """An effect after its overlap with earlier ones and its confidence: low, expected and high end."""

    effect: Effect
    net: str
    low: str
    expected: str
    high: str
    overlap: str | None  # what was taken off, None where nothing was
    overlap_words: str


def effect_of(subject: Subject, case: Case) -> Effect | None:
    """Return the effect of a subject on the KPI, or None where it cannot be computed or goes the wrong way."""
    sized = _sized(subject, case)
    if sized is None:
        return None
    formula, inputs, words = sized
    kpi = _kpi(case)
    full = case.ledger.formula(
        formula, inputs, label=f"effect on {kpi.label} of {subject.ratio.label}, whole distance", **change_style(kpi.style, kpi.unit)
    )
    value = case.ledger.value(full)
    if not _helps(value, case) or abs(value) < _threshold(case):
        return None
    return Effect(subject, full, inputs.get("here"), inputs.get("there"), words, value)


def _sized(subject: Subject, case: Case) -> tuple[str, dict[str, str], str] | None:
    assert case.kpi is not None
    if case.kpi.baseline_source != "data" or case.kpi.baseline_key is None:
        return None
    if subject.mode == "mix":
        return _mix(subject, case)
    here, there = _levels(subject, case)
    if here is None or there is None:
        return None
    return {"amount": _amount, "factor": _factor, "same": _itself}[subject.relation.as_](subject, case, here, there)


def _itself(subject: Subject, case: Case, here: str, there: str) -> tuple[str, dict[str, str], str] | None:
    if subject.ratio.total:
        return "there - here", {"here": here, "there": there}, "its earlier level less its level today"
    weight = _share(subject, case, subject.ratio, "bottom")
    if weight is None:
        return None
    return "weight * (there - here)", {"weight": weight, "here": here, "there": there}, "share of the group times the distance"


def _mix(subject: Subject, case: Case) -> tuple[str, dict[str, str], str] | None:
    moved = case.fact(subject.finding.id, "value")
    if moved is None or subject.measure != "kpi":
        return None
    return "-moved", {"moved": moved}, "what the change of the mix moved, taken back"


def _levels(subject: Subject, case: Case) -> tuple[str | None, str | None]:
    """Return the keys of where the groups stand and where they should."""
    assert case.now.ratios is not None
    ratio, written = subject.ratio, level_style(subject.ratio.style, subject.ratio.unit)
    here = case.measured(case.now.ratios.query(ratio, subject.inside, subject.current), f"{ratio.label}, today", written)
    if subject.mode == "change":
        query, label = case.now.ratios.query(ratio, subject.inside, subject.earlier), f"{ratio.label}, earlier"
    else:
        query, label = case.now.ratios.query(ratio, _others(subject), subject.current), f"{ratio.label}, the others"
    return here, case.measured(query, label, written)


def _others(subject: Subject) -> list[Part]:
    assert subject.cut is not None
    return [*subject.parts, Part(cut=subject.cut, values=list(subject.others))]


def _share(subject: Subject, case: Case, ratio: Ratio, part: str, period: Period | None = None) -> str | None:
    """Return the key of the groups' share in the top or the bottom of a ratio; of the rows, where it has no bottom."""
    assert case.now.ratios is not None
    top, bottom = case.now.ratios.row(ratio)
    summed = f"sum({top})" if part == "top" else f"sum({bottom or 1.0})"
    period = period or subject.current
    mine = case.now.ratios.select(ratio.dataset, summed, subject.inside, period)
    every = case.now.ratios.select(ratio.dataset, summed, None, period)
    return case.measured(f"select ({mine}) / nullif(({every}), 0)", f"share of {ratio.label}, {part}", {"style": Style.PERCENT})


def _factor(subject: Subject, case: Case, here: str, there: str) -> tuple[str, dict[str, str], str] | None:
    assert case.kpi is not None
    assert case.kpi.baseline_key is not None
    if not (case.ledger.value(here) and case.ledger.value(there)):
        return None
    kpi, levels = _kpi(case), {"kpi": case.kpi.baseline_key, "here": here, "there": there}
    relative = "here / there" if subject.relation.inverse else "there / here"
    if subject.ratio.dataset == kpi.dataset:
        share = _share(subject, case, kpi, "top")
        if share is None:
            return None
        return (
            f"kpi * share * ({relative} - 1)",
            {**levels, "share": share},
            "KPI times the group's share of it times the relative distance",
        )
    return _factor_elsewhere(subject, case, levels)


def _factor_elsewhere(subject: Subject, case: Case, levels: dict[str, str]) -> tuple[str, dict[str, str], str] | None:
    """The groups stand in another table: the whole factor there moves by the group's share, and the KPI with it."""
    assert case.now.ratios is not None
    ratio = subject.ratio
    weight = _share(subject, case, ratio, "bottom")
    written = level_style(ratio.style, ratio.unit)
    whole = case.measured(case.now.ratios.query(ratio, None, subject.current), f"{ratio.label}, all groups", written)
    if weight is None or not whole or not case.ledger.value(whole):
        return None
    inputs = {**levels, "weight": weight, "whole": whole}
    words = "KPI times the relative move of the whole when the group moves by its distance"
    if subject.relation.inverse:
        return "kpi * (whole / (whole + weight * (there - here)) - 1)", inputs, words
    return "kpi * weight * (there - here) / whole", inputs, words


def _amount(subject: Subject, case: Case, here: str, there: str) -> tuple[str, dict[str, str], str] | None:
    """The KPI's sums with the amount moved: what the group's base times the distance adds to its top and bottom."""
    assert case.now.ratios is not None
    kpi, ratio, relation = _kpi(case), subject.ratio, subject.relation
    top, bottom = case.now.ratios.row(kpi)
    _, base = case.now.ratios.row(ratio)
    if base is None:
        return None
    money = {"style": kpi.style if kpi.total else Style.NUMBER}
    sums = {
        "base": case.measured(
            case.now.ratios.select(ratio.dataset, f"sum({base})", subject.inside, subject.current), f"base of {ratio.label}", money
        ),
        "top": case.measured(case.now.ratios.select(kpi.dataset, f"sum({top})", None, subject.current), f"top of {kpi.label}", money),
    }
    moved = "base * (there - here)"
    words = "the KPI worked out again with the group's amount moved"
    if bottom is None:
        formula = moved if relation.top > 0 else f"-({moved})"
    else:
        sums["bottom"] = case.measured(
            case.now.ratios.select(kpi.dataset, f"sum({bottom})", None, subject.current), f"bottom of {kpi.label}", money
        )
        formula = f"{_plus('top', relation.top, moved)} / {_plus('bottom', relation.bottom, moved)} - top / bottom"
    inputs = {name: key for name, key in sums.items() if key is not None and name in formula}
    if any(key is None for key in sums.values()):
        return None
    return formula, {**inputs, "here": here, "there": there}, words


def _plus(sum_: str, times: int, moved: str) -> str:
    """Return a sum with an amount added or taken off once; the sum alone where the amount does not enter it."""
    return sum_ if times == 0 else f"({sum_} {'+' if times > 0 else '-'} {moved})"


def counted(effect: Effect, earlier: list[Counted], confidence: str, case: Case) -> Counted | None:
    """Return an effect with its overlap removed and its confidence counted in; None where nothing is left of it."""
    net, overlap, words = _without_overlap(effect, earlier, case)
    if net is None:
        return None
    kpi = _kpi(case)
    style, label = change_style(kpi.style, kpi.unit), f"effect on {kpi.label} of {effect.subject.ratio.label}"
    inputs = {"net": net, "sure": confidence}
    expected = case.ledger.formula("net * sure", inputs, label=f"{label}, expected", **style)
    low = case.ledger.formula("net * sure / 2", inputs, label=f"{label}, low end", **style)
    return Counted(effect, net, low, expected, net, overlap, words)


def _without_overlap(effect: Effect, earlier: list[Counted], case: Case) -> tuple[str | None, str | None, str]:
    same = [c for c in earlier if _one_part(c.effect.subject, effect.subject) and _meet(c.effect.subject, effect.subject)]
    apart = [c for c in earlier if c not in same and _meet(c.effect.subject, effect.subject) and not _amounts(c, effect)]
    kpi = _kpi(case)
    style = change_style(kpi.style, kpi.unit)
    net, words = effect.full, ""
    if same:
        largest = max(same, key=lambda c: (abs(c.effect.value), c.net))
        if abs(largest.effect.value) >= 0.8 * abs(effect.value):
            return None, None, ""
        net = case.ledger.formula(
            "full - taken", {"full": net, "taken": largest.effect.full}, label="effect beyond the one before", **style
        )
        words = "It acts on the same part of the number as an action before it, so only what goes beyond that is counted"
    if apart:
        assert case.kpi is not None
        assert case.kpi.baseline_key is not None
        taken = {f"taken{chr(97 + i)}": c.net for i, c in enumerate(apart)}
        formula = f"net * (1 - abs({' + '.join(taken)}) / abs(kpi))"
        net = case.ledger.formula(
            formula, {"net": net, "kpi": case.kpi.baseline_key, **taken}, label="effect on what the actions before leave", **style
        )
        words = words or "It acts on what the actions before it leave of the number: effects are multiplied, not added"
    if net == effect.full:
        return net, None, ""
    off = case.ledger.formula(
        "abs(full - net)", {"full": effect.full, "net": net}, label="overlap taken off", **change_style(kpi.style, kpi.unit, signed=False)
    )
    return net, off, words


def _one_part(a: Subject, b: Subject) -> bool:
    """Whether two subjects count the same money: the same part of the KPI, or the KPI itself beside one of its parts."""
    return a.family == b.family or "kpi" in (a.family, b.family)


def _amounts(one: Counted, effect: Effect) -> bool:
    """Two amounts are different money even in the same rows, so they add up."""
    return one.effect.subject.relation.as_ == "amount" and effect.subject.relation.as_ == "amount"


def _meet(a: Subject, b: Subject) -> bool:
    """Whether two subjects can touch the same rows: not where they take different values of one column."""
    columns = {c for c, _ in a.rows_key} & {c for c, _ in b.rows_key}
    return not any({v for c, v in a.rows_key if c == column}.isdisjoint({v for c, v in b.rows_key if c == column}) for column in columns)


def _kpi(case: Case) -> Ratio:
    assert case.now.measure is not None
    return case.now.measure.ratio


def _helps(value: float, case: Case) -> bool:
    assert case.kpi is not None
    if case.kpi.direction == "hold":
        return value * (case.kpi.gap or 0.0) > 0
    return value < 0 if case.kpi.direction == "decrease" else value > 0


def _threshold(case: Case) -> float:
    assert case.kpi is not None
    return _WORTH * abs(case.kpi.gap) if case.kpi.gap else 0.1 * _WORTH * abs(case.kpi.baseline or 0.0)
