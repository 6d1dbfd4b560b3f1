"""Back of the envelope: how far could a leaf move the KPI if its hypothesis held? Decided before any test is run."""

from dataclasses import dataclass

from services.analysis.ratios import CutBy, Part, Period, Ratio, Sums
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.wording import safe, said
from services.solving.evidence.ledger import Ledger
from services.solving.steps.tree import TreeNode
from shared.kit.cited import cite
from shared.kit.numbers import Style


@dataclass(frozen=True)
class Reach:
    """How far the KPI could move, in its unit, and the group that would move it; None where it cannot be said."""

    key: str | None
    share: float | None  # of the gap, or of a tenth of the KPI where there is no gap
    words: str
    rows: int


def reach_of(leaf: TreeNode, now: Situation, ledger: Ledger, gap: float | None) -> Reach:
    """Return the reach of a leaf: the group furthest from the others, or from its own past, brought back to them."""
    if leaf.test is None or now.ratios is None or now.measure is None or leaf.test.dataset is None:
        return Reach(None, None, "It cannot be sized: the data lack what it needs", 0)
    raw = leaf.test.params.get("ratio")
    if raw is None or leaf.test.method in ("ratio_association", "ratio_concentration", "ratio_ranking"):
        return _unsized(leaf, now)
    ratio = Ratio.model_validate(raw)
    cut = CutBy.model_validate(leaf.test.params["cut"]) if leaf.test.params.get("cut") else None
    current, earlier = _period(leaf, "current"), _period(leaf, "earlier")
    if leaf.test.method == "ratio_change":
        return _change(now, ratio, cut, current, earlier, ledger, gap)
    if leaf.test.method == "ratio_mix" and cut is not None:
        return _mix(now, ratio, cut, current, earlier, ledger, gap)
    return _difference(now, ratio, cut, ledger, gap) if cut is not None else _unsized(leaf, now)


def _period(leaf: TreeNode, name: str) -> Period | None:
    raw = leaf.test.params.get(name) if leaf.test else None
    return Period.model_validate(raw) if raw else None


def _unsized(leaf: TreeNode, now: Situation) -> Reach:
    assert leaf.test is not None
    assert now.data is not None
    rows = now.data.dataset(leaf.test.dataset or "").rows
    if leaf.test.method == "ratio_ranking":
        if leaf.test.params.get("hurdle") is not None:
            return Reach(None, 1.0, "It is held against a hurdle, so its answer decides", rows)
        return Reach(None, 0.5, "It can tip the choice between groups that pass the hurdle", rows)
    return Reach(None, None, "A quick look cannot size it; the test says how much it matters", rows)


def _difference(now: Situation, ratio: Ratio, cut: CutBy, ledger: Ledger, gap: float | None) -> Reach:
    assert now.ratios is not None
    groups = [g for g in now.ratios.sums(ratio, cut) if g.group and g.value is not None]
    whole = _whole(groups)
    if len(groups) < 2 or whole is None:
        return Reach(None, None, "There are too few groups to compare", sum(g.rows for g in groups))
    sign = -1.0 if now.higher_is_better(ratio) else 1.0
    furthest = max(groups, key=lambda g: (round(sign * ((g.value or 0) - whole) * _weight(g, groups), 12), g.group))
    part = [Part(cut=cut, values=[furthest.group])]
    here = _value(now, ledger, ratio, now.ratios.query(ratio, part), f"{ratio.label}, {furthest.group}")
    if ratio.total:
        mean = now.ratios.query(ratio)
        there = _value(now, ledger, ratio, f"select ({mean}) / {len(groups)}.0", f"{ratio.label}, a typical {said(cut.column)}")
    else:
        there = _value(now, ledger, ratio, now.ratios.query(ratio, part, apart=True), f"{ratio.label}, all others")
    weight = _weight_key(now, ledger, ratio, part, None)
    group = f"{safe(furthest.group)} were like the others"
    return _sized(now, ratio, ledger, {"here": here, "there": there, "weight": weight}, gap, group, sum(g.rows for g in groups))


def _change(
    now: Situation, ratio: Ratio, cut: CutBy | None, current: Period | None, earlier: Period | None, ledger: Ledger, gap: float | None
) -> Reach:
    assert now.ratios is not None
    today, past = now.ratios.sums(ratio, cut, None, current), {g.group: g for g in now.ratios.sums(ratio, cut, None, earlier)}
    pairs = [(g, past[g.group]) for g in today if g.group in past and g.value is not None and past[g.group].value is not None]
    pairs = [pair for pair in pairs if pair[0].group or cut is None]
    if not pairs:
        return Reach(None, None, "The two periods share no group", 0)
    sign = -1.0 if now.higher_is_better(ratio) else 1.0
    moved = max(pairs, key=lambda p: (round(sign * ((p[0].value or 0) - (p[1].value or 0)) * _weight(p[0], today), 12), p[0].group))[0]
    part = [Part(cut=cut, values=[moved.group])] if cut else None
    here = _value(now, ledger, ratio, now.ratios.query(ratio, part, current), f"{ratio.label}, today")
    there = _value(now, ledger, ratio, now.ratios.query(ratio, part, earlier), f"{ratio.label}, earlier")
    weight = _weight_key(now, ledger, ratio, part, current)
    group = f"{safe(moved.group)} went back to its earlier level" if cut else "it went back to its earlier level"
    return _sized(now, ratio, ledger, {"here": here, "there": there, "weight": weight}, gap, group, sum(g.rows for g in today))


def _mix(
    now: Situation, ratio: Ratio, cut: CutBy, current: Period | None, earlier: Period | None, ledger: Ledger, gap: float | None
) -> Reach:
    """The mix cannot move the KPI by more than the shares that changed hands times the spread of the groups."""
    assert now.ratios is not None
    today = {g.group: g for g in now.ratios.sums(ratio, cut, None, current)}
    past = {g.group: g for g in now.ratios.sums(ratio, cut, None, earlier)}
    bottoms = sum(g.bottom or 0 for g in today.values()), sum(g.bottom or 0 for g in past.values())
    if not all(bottoms):
        return Reach(None, None, "One of the two periods is empty", 0)
    shifts = {g: (today[g].bottom or 0) / bottoms[0] - (past[g].bottom or 0) / bottoms[1] for g in sorted(set(today) & set(past)) if g}
    if not shifts:
        return Reach(None, None, "The two periods share no group", 0)
    gained = max(shifts, key=lambda g: (round(abs(shifts[g] * ((past[g].value or 0) - (_whole(list(past.values())) or 0))), 12), g))
    part = [Part(cut=cut, values=[gained])]
    here = _value(now, ledger, ratio, now.ratios.query(ratio, part, earlier), f"{ratio.label}, {gained}, earlier")
    there = _value(now, ledger, ratio, now.ratios.query(ratio, None, earlier), f"{ratio.label}, earlier")
    before, after = _weight_key(now, ledger, ratio, part, earlier), _weight_key(now, ledger, ratio, part, current)
    weight = ledger.formula("after - before", {"after": after, "before": before}, label=f"shift of {gained}", style=Style.POINTS)
    group = f"the share of {safe(gained)} went back to what it was"
    return _sized(now, ratio, ledger, {"here": here, "there": there, "weight": weight}, gap, group, sum(g.rows for g in today.values()))


def _sized(now: Situation, ratio: Ratio, ledger: Ledger, inputs: dict[str, str], gap: float | None, group: str, rows: int) -> Reach:
    """Turn a move of the leaf's measure into a move of the KPI: one for one between shares, in proportion between unlike units."""
    assert now.measure is not None
    kpi = now.measure.ratio
    style = Style.POINTS if kpi.style is Style.PERCENT else kpi.style
    decimals = 1 if kpi.style is Style.PERCENT else None
    same = ratio.label == kpi.label or (ratio.style is Style.PERCENT and kpi.style is Style.PERCENT and ratio.dataset == kpi.dataset)
    if same:
        formula, used = "abs(weight * (here - there))", inputs
    else:
        level = _level(now, ledger)
        if not ledger.value(inputs["here"]) or not ledger.value(inputs["there"]):
            return Reach(None, None, "The group's level is zero", rows)
        # where more of the measure means less of the KPI, the KPI goes with its inverse
        inverse = now.higher_is_better(ratio) != now.higher_is_better(kpi)
        formula = f"abs(weight * (here - there) / {'there' if inverse else 'here'} * kpi)"
        used = {**inputs, "kpi": level}
    key = ledger.formula(formula, used, label=f"reach for {kpi.label}", unit=kpi.unit, style=style, decimals=decimals)
    share = _share(now, ledger, key, gap)
    return Reach(key, share, f"If {group}, {kpi.label} would move by up to {cite(key)}", rows)


def _level(now: Situation, ledger: Ledger) -> str:
    assert now.measure is not None
    assert now.ratios is not None
    return _value(now, ledger, now.measure.ratio, now.ratios.query(now.measure.ratio), now.measure.label)


def _share(now: Situation, ledger: Ledger, key: str, gap: float | None) -> float | None:
    if gap:
        return ledger.value(key) / abs(gap)
    assert now.measure is not None
    assert now.ratios is not None
    assert now.data is not None
    level = now.data.scalar(now.ratios.query(now.measure.ratio))
    return ledger.value(key) / abs(0.1 * level) if level else None


def _value(now: Situation, ledger: Ledger, ratio: Ratio, query: str, label: str) -> str:
    assert now.data is not None
    value = float(f"{float(now.data.scalar(query) or 0.0):.12g}")
    return ledger.sql(value, query, now.hashes, label=label, unit=ratio.unit, style=ratio.style)


def _weight_key(now: Situation, ledger: Ledger, ratio: Ratio, part: list[Part] | None, period: Period | None) -> str:
    assert now.ratios is not None
    assert now.data is not None
    top, bottom = now.ratios.row(ratio)
    value = f"sum({bottom or '1.0'})" if not ratio.total else "1.0"
    del top
    if ratio.total or part is None:
        query = "select 1.0"
    else:
        mine = now.ratios.select(ratio.dataset, value, part, period)
        every = now.ratios.select(ratio.dataset, value, None, period)
        query = f"select coalesce(({mine}), 0) / ({every})"
    share = float(f"{float(now.data.scalar(query) or 0.0):.12g}")
    return ledger.sql(share, query, now.hashes, label="share of the group", style=Style.PERCENT)


def _weight(group: Sums, groups: list[Sums]) -> float:
    total = sum(g.bottom or 0.0 for g in groups)
    return (group.bottom or 0.0) / total if group.bottom is not None and total else 1.0


def _whole(groups: list[Sums]) -> float | None:
    if any(g.bottom is None for g in groups):
        return sum(g.top for g in groups) / len(groups) if groups else None
    bottom = sum(g.bottom or 0.0 for g in groups)
    return sum(g.top for g in groups) / bottom if bottom else None
