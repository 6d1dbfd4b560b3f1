"""What a finding is about, as something that can be acted on: a measure, the groups that hurt, and where they should be."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from services.analysis.findings import Finding
from services.analysis.ratios import CutBy, Part, Period, Ratio, Sums
from services.solving.analysts.rules.synthesis.case import Case
from services.solving.analysts.rules.synthesis.relation import Relation, measure_named, relation_of
from services.solving.analysts.rules.wording import listed, plural_of, safe, said
from services.solving.steps.frame import Kpi

Mode = Literal["change", "level", "mix"]
_CLEAR = 2.58  # standard errors a group must stand apart by to be acted on
_COMPARABLE = 0.2  # share of the worst group's weight that another must have to be named beside it
_MOST = 4  # groups named in one action
_FEWEST_ROWS = 5
_ADJECTIVES = {
    *("small", "medium", "large", "high", "low", "new", "old", "young", "male", "female", "first", "second", "third", "other", "unknown"),
    *("true", "false", "yes", "no", "none", "critical", "normal", "short", "long", "early", "late", "good", "bad", "open", "closed"),
}
_PLACES = {"region", "country", "city", "market", "state", "territory", "area", "district", "location", "site"}


@dataclass(frozen=True)
class Subject:
    """A finding's measure and the groups that pull the KPI the wrong way. Without a cut, the whole moved."""

    finding: Finding
    ratio: Ratio
    relation: Relation
    measure: str  # its name in the template, "kpi" for the KPI itself
    mode: Mode
    cut: CutBy | None
    groups: tuple[str, ...]
    parts: tuple[Part, ...]
    others: tuple[str, ...]  # the groups they are compared with
    current: Period | None
    earlier: Period | None

    @property
    def inside(self) -> list[Part]:
        """The rows acted on."""
        return [*self.parts, *([Part(cut=self.cut, values=list(self.groups))] if self.cut and self.groups else [])]

    @property
    def rows_key(self) -> frozenset[tuple[str, str]]:
        """The rows acted on as pairs of column and value; disjoint where two subjects share a column and no value of it."""
        return frozenset((p.cut.column, v) for p in self.inside for v in p.values)

    @property
    def family(self) -> str:
        """The part of the KPI it acts on; two subjects of one family count the same money."""
        return self.relation.like or self.measure


def subject_of(finding: Finding, case: Case) -> Subject | None:
    """Return what can be acted on, or None where the finding's measure does not move the KPI in a way that can be computed."""
    read = _read(finding, case) if case.now.ratios is not None and case.kpi is not None else None
    if read is None or case.kpi is None:
        return None
    ratio, cut, parts, current, earlier = read
    relation, measure = relation_of(case.now, ratio), measure_named(case.now, ratio)
    if relation is None or measure is None:
        return None
    if finding.method == "ratio_mix":
        return Subject(finding, ratio, relation, measure, "mix", cut, (), tuple(parts), (), current, earlier)
    mode: Mode = "change" if finding.method == "ratio_change" else "level"
    current = current or _today(case, ratio)
    harm = _higher_hurts(relation, case.kpi)
    groups, others = _chosen(case, ratio, cut, parts, (current, earlier), higher_hurts=harm, mode=mode)
    if groups is None and mode == "level" and current is not None:
        current = None  # too few rows in today's period: all rows then
        groups, others = _chosen(case, ratio, cut, parts, (None, None), higher_hurts=harm, mode=mode)
    if groups is None or (mode == "level" and (ratio.total or cut is None)):
        return None
    return Subject(finding, ratio, relation, measure, mode, cut, groups, tuple(parts), others, current, earlier)


def _read(finding: Finding, case: Case) -> tuple[Ratio, CutBy | None, list[Part], Period | None, Period | None] | None:
    p = finding.params
    try:
        if finding.method in ("ratio_difference", "ratio_change", "ratio_mix"):
            ratio = Ratio.model_validate(p["ratio"]).model_copy(update={"dataset": finding.dataset})
            cut = CutBy.model_validate(p["cut"]) if p.get("cut") else None
            parts = [Part.model_validate(part) for part in p.get("parts") or []]
            current, earlier = (Period.model_validate(p[n]) if p.get(n) else None for n in ("current", "earlier"))
            return ratio, cut, parts, current, earlier
    except (KeyError, ValidationError):
        return None
    if finding.method == "level" and case.now.measure is not None:
        return _plain_level(finding, case)
    return None


def _plain_level(finding: Finding, case: Case) -> tuple[Ratio, CutBy | None, list[Part], Period | None, Period | None] | None:
    """A comparison of means of the full pass, where its measure is the KPI's own column and its cuts are columns."""
    assert case.now.measure is not None
    assert case.now.data is not None
    p, kpi = finding.params, case.now.measure.ratio
    columns = {c.name for c in case.now.data.dataset(finding.dataset).columns}
    where = {str(k): [v] if isinstance(v, str) else list(v) for k, v in (p.get("where") or {}).items()}
    if kpi.dataset != finding.dataset or [p.get("measure")] not in kpi.of.values() or " / " in kpi.formula or kpi.total:
        return None
    if p.get("by") not in columns or not set(where) <= columns or len(kpi.of) != 1:
        return None
    parts = [Part(cut=CutBy(column=column), values=[str(v) for v in values]) for column, values in sorted(where.items())]
    return kpi, CutBy(column=str(p["by"])), parts, None, None


def _today(case: Case, ratio: Ratio) -> Period | None:
    """The period the KPI is read in, for a measure of the same table."""
    assert case.now.measure is not None
    if ratio.dataset != case.now.measure.dataset:
        return None
    periods = case.now.periods(case.now.measure)
    return periods.current if periods else None


def _higher_hurts(relation: Relation, kpi: Kpi) -> bool:
    lower_is_better = kpi.direction == "decrease" or (kpi.direction == "hold" and (kpi.gap or 0) < 0)
    if relation.as_ == "amount":
        rises = relation.top - relation.bottom * (kpi.baseline or 0.0) > 0
        return rises == lower_is_better
    return lower_is_better != relation.inverse


def _chosen(
    case: Case,
    ratio: Ratio,
    cut: CutBy | None,
    parts: list[Part],
    periods: tuple[Period | None, Period | None],
    *,
    higher_hurts: bool,
    mode: Mode,
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Return the groups that hurt clearly, worst first, and those they are compared with; None where there are none."""
    assert case.now.ratios is not None
    now = [
        g
        for g in case.now.ratios.sums(ratio, cut, parts, periods[0])
        if (g.group or cut is None) and g.rows >= _FEWEST_ROWS and g.value is not None
    ]
    past = {g.group: g for g in case.now.ratios.sums(ratio, cut, parts, periods[1])} if mode == "change" else {}
    sign = 1.0 if higher_hurts else -1.0
    hurt = []
    for group in now:
        base = past.get(group.group) if mode == "change" else _rest(group, now)
        if base is None or base.value is None:
            continue
        apart = sign * ((group.value or 0.0) - base.value)
        error = (group.variance + base.variance) ** 0.5
        if apart > 0 and error > 0 and apart / error >= _CLEAR:
            hurt.append((apart * (group.bottom if group.bottom is not None else 1.0), group.group))
    if not hurt:
        return None, ()
    hurt.sort(key=lambda pair: (-round(pair[0], 9), pair[1]))
    chosen = tuple(group for weight, group in hurt[:_MOST] if weight >= _COMPARABLE * hurt[0][0])
    if mode == "level":
        chosen = _minority(chosen, now)
    return chosen, tuple(g.group for g in now if g.group not in chosen)


def _minority(chosen: tuple[str, ...], groups: list[Sums]) -> tuple[str, ...]:
    """Keep the worst groups while they make up less than half: the others must be able to be the measure."""
    size = {g.group: g.bottom if g.bottom is not None else float(g.rows) for g in groups}
    kept, total = [chosen[0]], size[chosen[0]]
    for group in chosen[1:]:
        total += size[group]
        if total <= 0.5 * sum(size.values()):
            kept.append(group)
    return tuple(kept)


def _rest(group: Sums, groups: list[Sums]) -> Sums | None:
    others = [g for g in groups if g is not group]
    if not others or group.bottom is None:
        return None
    squares = tuple(sum(g.squares[i] for g in others) for i in range(3))
    rows, top, bottom = sum(g.rows for g in others), sum(g.top for g in others), sum(g.bottom or 0.0 for g in others)
    return Sums("", rows, top, bottom, (squares[0], squares[1], squares[2]))


def segment_said(subject: Subject) -> str:
    """Return the groups acted on as people say them: "Paid social", "stores S7 and S9", "Electronics in South"."""
    return place_said([(p.cut.column, p.values) for p in subject.inside])


def place_said(pairs: list[tuple[str, list[str]]]) -> str:
    """Return groups of several cuts as one place; names of places come last."""

    def is_place(column: str) -> bool:
        return bool(_PLACES & set(said(column).lower().split()))

    ordered = sorted(pairs, key=lambda pair: (is_place(pair[0]), not _needs_noun(pair[1])))
    return " in ".join(_group_said(column, values) for column, values in ordered)


def _group_said(column: str, values: list[str]) -> str:
    """Codes and numbers need their noun ("store S7"); words stand alone."""
    spoken = said(column).removesuffix(" ID").removesuffix(" name") or said(column)
    names = listed([safe(v) for v in values])
    if not _needs_noun(values):
        return names
    return f"{plural_of(spoken) if len(values) > 1 else spoken} {names}"


def _needs_noun(values: list[str]) -> bool:
    return any(any(c.isdigit() for c in v) or len(v) <= 2 or v.strip().lower() in _ADJECTIVES for v in values)
