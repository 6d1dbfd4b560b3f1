"""The KPI: what the text says of it and what the data say, each with the ledger key that vouches for it."""

from dataclasses import dataclass
from typing import Literal

from services.solving.analysts.rules.numbers_in_text import DAYS, Quantity
from services.solving.analysts.rules.periods import period_said
from services.solving.analysts.rules.reading import Movement, Reading
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.wording import safe
from services.solving.evidence.ledger import EvidenceKind, Ledger, Recipe, read_by
from services.solving.steps.frame import Direction, Kpi
from shared.kit.numbers import Style

_BAD = (
    "cost",
    "churn",
    "rate of loss",
    "time",
    "failure",
    "late",
    "attrition",
    "share of late",
    "duration",
    "expense",
    "complaint",
    "defect",
)


@dataclass(frozen=True)
class Reckoning:
    """The KPI with what was noticed on the way."""

    kpi: Kpi
    disagreement: bool = False  # the data give another baseline than the text
    target_by_default: bool = False  # nobody named a target: the earlier level stands in
    relative: bool = False  # the change was read as a share of the baseline
    earlier_key: str | None = None  # the level of the earlier period
    change_key: str | None = None  # the change asked for, where no level follows from it
    met: bool = False  # today's level is already past the target


def reckon(now: Situation, ledger: Ledger) -> Reckoning:
    """Return the KPI of a situation, its numbers written into the ledger."""
    style, unit = _written(now)
    direction = direction_of(now)
    measured, window, earlier = _measured(now, ledger)
    said = _stated_baseline(now.reading, now, ledger)
    base = said if said and now.reading.settled.baseline == "text" else measured or said
    target, relative, by_default = _target(now, ledger, base, earlier, direction)
    gap = None
    if base and target:
        gap_style = Style.POINTS if style is Style.PERCENT else style
        gap = ledger.formula(
            "target - baseline", {"target": target, "baseline": base}, label="gap to the target", unit=unit, style=gap_style, signed=True
        )
    asked = bool(measured and said) and now.reading.settled.baseline is None
    disagree = asked and _apart(ledger.value(measured or ""), ledger.value(said or ""))
    measure = None if now.kpi and now.kpi.sizing else now.measure  # what is worked out from assumptions is not in the data
    kpi = Kpi(
        name=name_of(now),
        definition=definition_of(now),
        unit=unit or ("%" if style is Style.PERCENT else ""),
        direction=direction,
        baseline=ledger.value(base) if base else None,
        baseline_key=base,
        baseline_stated=ledger.value(said) if said else None,
        baseline_stated_key=said,
        baseline_source="none" if base is None else "data" if base == measured else "stated",
        target=ledger.value(target) if target else None,
        target_key=target,
        gap=ledger.value(gap) if gap else None,
        gap_key=gap,
        window=window,
        dataset=measure.dataset if measure else None,
        measure=measure.ratio.formula if measure else None,
        expression=now.ratios.query(measure.ratio) if measure and now.ratios else None,
    )
    change = _unanchored(now, ledger) if target is None else None
    met = kpi.gap is not None and (kpi.gap >= 0 if direction == "decrease" else kpi.gap <= 0 if direction == "increase" else False)
    return Reckoning(kpi, disagree, by_default, relative, earlier, change, met)


def _unanchored(now: Situation, ledger: Ledger) -> str | None:
    """Return the change the text asks for where no level of today is known that it could be counted from."""
    for movement in now.reading.wishes:
        if movement.change is not None and movement.change.kind in ("percent", "points", "money", "duration"):
            change = movement.change
            return ledger.stated(change.value, _around(movement, change), label="change asked for", unit=change.unit, style=change.style)
    return None


def name_of(now: Situation) -> str:
    """Return what the KPI is called."""
    if now.kpi is not None:
        return now.kpi.name or now.template.measure[now.kpi.measure].name
    return now.measure.label if now.measure else safe(now.reading.subject or "the number that matters")


def definition_of(now: Situation) -> str:
    """Return what the KPI measures, in words."""
    if now.reading.settled.definition:
        return safe(now.reading.settled.definition)
    if now.kpi is not None:
        return now.kpi.definition
    if now.measure is None:
        return f"{safe(now.reading.subject)} as the text speaks of it, to be agreed" if now.reading.subject else "to be agreed"
    return f"{'total of' if now.measure.ratio.total else 'mean of'} {now.measure.label} over the rows of the data"


def direction_of(now: Situation) -> Direction:
    """Return which way the KPI should go: as the text wishes, else as problems of its kind do, else away from what it lately did."""
    wished = [m for m in now.reading.wishes if m.direction and (m.target or m.change)] or [m for m in now.reading.wishes if m.direction]
    if now.kpi is not None:
        return now.kpi.direction
    if wished and wished[0].direction:
        return wished[0].direction
    label = name_of(now).lower()
    return "decrease" if any(word in label for word in _BAD) else "increase"


def _written(now: Situation) -> tuple[Style, str]:
    if now.kpi is not None and now.kpi.sizing:
        stated_money = [q for q in now.reading.quantities if q.kind == "money"]
        return Style.MONEY, stated_money[0].unit if stated_money else ""
    if now.measure is not None:
        return now.measure.ratio.style, now.measure.ratio.unit
    template = now.template.measure[now.kpi.measure] if now.kpi else None
    stated = [q for m in now.reading.movements for q in (m.baseline, m.target) if q]
    if stated:
        return stated[0].style, stated[0].unit
    return (template.style, template.unit) if template else (Style.NUMBER, "")


def _measured(now: Situation, ledger: Ledger) -> tuple[str | None, str, str | None]:
    if now.measure is None or now.ratios is None or (now.kpi and now.kpi.sizing):
        return None, "", None
    ratio, periods = now.measure.ratio, now.periods(now.measure)
    current, earlier = (periods.current, periods.earlier) if periods else (None, None)
    query = now.ratios.query(ratio, period=current)
    value = now.ratios.workspace.scalar(query)
    if value is None:
        return None, "", None
    window = period_said(current) if current else periods.whole if periods else "all rows"
    key = number(ledger, now, float(value), query, f"{name_of(now)}, {'today' if current else 'all rows'}")
    before = None
    if earlier is not None:
        past = now.ratios.query(ratio, period=earlier)
        old = now.ratios.workspace.scalar(past)
        before = number(ledger, now, float(old), past, f"{name_of(now)}, earlier") if old is not None else None
    return key, window, before


def number(ledger: Ledger, now: Situation, value: float, query: str, label: str) -> str:
    """Write a value of the KPI that a query returned, to twelve significant digits."""
    style, unit = _written(now)
    recipe = Recipe(query=query, datasets=read_by(query, now.hashes))
    return ledger.number(EvidenceKind.SQL, float(f"{value:.12g}"), recipe, label=label, unit=unit, style=style, decimals=decimals_of(style))


def decimals_of(style: Style) -> int | None:
    """Return how many decimals a level of the KPI is written with: a tenth of a percent shows a gap of a point."""
    return 1 if style is Style.PERCENT else None


def stated(ledger: Ledger, now: Situation, value: float, words: str, label: str) -> str:
    """Write a level of the KPI that the text states."""
    style, unit = _written(now)
    told = words in now.reading.text  # else somebody answered it
    recipe = Recipe(text=words) if told else Recipe(reason=f"Answered: {words}")
    kind = EvidenceKind.STATED if told else EvidenceKind.ASSUMPTION
    return ledger.number(kind, value, recipe, label=label, unit=unit, style=style, decimals=decimals_of(style))


def _stated_baseline(reading: Reading, now: Situation, ledger: Ledger) -> str | None:
    """Return the key of the level the text gives for today: where it has fallen to, or where it is to be moved from."""
    for movement in reading.movements:
        told = movement.target if not movement.is_wish and movement.target else movement.baseline
        if told is not None and (value := in_unit(told, now)) is not None:
            return stated(ledger, now, value, _around(movement, told), f"{name_of(now)} as the text states it")
    return None


def _target(now: Situation, ledger: Ledger, base: str | None, earlier: str | None, direction: Direction) -> tuple[str | None, bool, bool]:
    label = f"target for {name_of(now)}"
    wishes = [m for m in now.reading.movements if m.is_wish]
    for movement in wishes:
        if movement.target is not None and (value := in_unit(movement.target, now)) is not None:
            return stated(ledger, now, value, _around(movement, movement.target), label), False, False
    for movement in wishes:
        if movement.change is not None and base is not None:
            key, relative = _moved(movement.change, movement, now, ledger, base, movement.direction or direction)
            if key:
                return key, relative, False
    previous = _previous(now, ledger)
    told = any(not m.is_wish and m.direction for m in now.reading.movements)
    if previous or (told and earlier and base and _better(ledger.value(earlier), ledger.value(base), direction)):
        return previous or earlier, False, True
    return None, False, False


def _moved(
    change: Quantity, movement: Movement, now: Situation, ledger: Ledger, base: str, direction: Direction
) -> tuple[str | None, bool]:
    style, unit = _written(now)
    sign = "-" if direction == "decrease" else "+"
    in_points = now.reading.settled.in_points and style is Style.PERCENT
    if change.kind == "percent" and not in_points:
        step = ledger.stated(change.value, _around(movement, change), label="change asked for", style=Style.PERCENT)
        formula, relative = f"baseline * (1 {sign} change)", True
    else:
        value = in_unit(change, now)
        if value is None:
            return None, False
        moved = ledger.value(base) + (-value if direction == "decrease" else value)
        if style is Style.PERCENT and not 0 <= moved <= 1:
            return None, False  # no share lies there: a target has to be asked for
        gap_style = Style.POINTS if style is Style.PERCENT else style
        step = ledger.stated(value, _around(movement, change), label="change asked for", unit=unit, style=gap_style)
        formula, relative = f"baseline {sign} change", False
    return ledger.formula(
        formula, {"baseline": base, "change": step}, label=f"target for {name_of(now)}", unit=unit, style=style, decimals=decimals_of(style)
    ), relative


def _previous(now: Situation, ledger: Ledger) -> str | None:
    """Return the level the text says the KPI came from, where it only tells of the past."""
    for movement in now.reading.movements:
        if not movement.is_wish and movement.baseline and movement.target and (value := in_unit(movement.baseline, now)) is not None:
            return stated(ledger, now, value, _around(movement, movement.baseline), f"earlier {name_of(now)} as the text states it")
    return None


def in_unit(quantity: Quantity, now: Situation) -> float | None:
    """Return a stated quantity in the KPI's unit, or None where the two do not measure the same thing."""
    style, unit = _written(now)
    if quantity.kind in ("percent", "points"):
        if style is Style.PERCENT:
            return quantity.value
        return quantity.value * 100 if unit == "%" else None
    if quantity.kind == "duration":
        return quantity.value * DAYS[quantity.unit] / DAYS[unit] if unit in DAYS else (quantity.value if not unit else None)
    if quantity.kind == "money":
        return quantity.value if style is Style.MONEY or now.measure is None else None
    if quantity.kind == "plain":
        return quantity.value if style is not Style.PERCENT else None
    return None


def _around(movement: Movement, quantity: Quantity) -> str:
    """Return the words of the text that state a number."""
    return movement.sentence if quantity.text in movement.sentence else quantity.text


def _apart(measured: float, stated: float) -> bool:
    return abs(measured - stated) > 0.03 * max(abs(measured), abs(stated))


def _better(a: float, b: float, direction: Literal["increase", "decrease", "hold"]) -> bool:
    return a < b if direction == "decrease" else a > b
