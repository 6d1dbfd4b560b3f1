"""The group that is clearly ahead in the KPI: something to learn from, or to grow."""

from services.analysis.ratios import Part, Sums
from services.solving.analysts.rules.measures import Cut
from services.solving.analysts.rules.synthesis.case import Case, level_style
from services.solving.analysts.rules.synthesis.subject import place_said

_CLEAR = 2.58  # standard errors
_AHEAD = 0.15  # relative distance from the others below which nobody would go and look
_FEWEST = 12  # rows of a group


def best_group(case: Case) -> tuple[str, str, str, str] | None:
    """Return the group's name, its column, its KPI's key and that of all others; None where none stands out well."""
    if case.now.measure is None or case.now.ratios is None or case.kpi is None or case.kpi.baseline_source != "data":
        return None
    ratio = case.now.measure.ratio
    if ratio.total:
        return None
    periods = case.now.periods(case.now.measure)
    current = periods.current if periods else None
    lower = case.kpi.direction == "decrease"
    options: list[tuple[float, str, Cut]] = []
    for cut in case.now.cuts.get("kpi", []):
        groups = [g for g in case.now.ratios.sums(ratio, cut.by, None, current) if g.group and g.rows >= _FEWEST and g.value is not None]
        options += [(score, g.group, cut) for g in groups if (score := _ahead(g, groups, lower=lower)) > 0]
    if not options:
        return None
    _, group, cut = max(options, key=lambda o: (round(o[0], 9), o[1]))
    part, written = [Part(cut=cut.by, values=[group])], level_style(ratio.style, ratio.unit)
    here = case.measured(case.now.ratios.query(ratio, part, current), f"{ratio.label}, {group}", written)
    there = case.measured(case.now.ratios.query(ratio, part, current, apart=True), f"{ratio.label}, all others", written)
    return (place_said([(cut.column, [group])]), cut.column, here, there) if here and there else None


def _ahead(group: Sums, groups: list[Sums], *, lower: bool) -> float:
    """How far a group is ahead of the next best, as a share of its level; 0 where chance could do it."""
    others = [g for g in groups if g is not group and g.value is not None]
    if not others or group.value is None:
        return 0.0
    second = min(others, key=lambda g: ((g.value or 0.0) * (1 if lower else -1), g.group))
    distance = ((second.value or 0.0) - group.value) * (1 if lower else -1)
    error = (group.variance + second.variance) ** 0.5
    relative = distance / abs(second.value) if second.value else 0.0
    return relative if error > 0 and distance / error >= _CLEAR and relative >= _AHEAD else 0.0
