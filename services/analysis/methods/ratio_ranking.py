"""Groups too few to test, ranked: a measure of each, scaled by a stated factor and held against a stated hurdle.

It claims nothing beyond the rows it lists; with a hurdle, the effect is one where the group asked about reaches it and zero where not.
"""

from dataclasses import dataclass
from statistics import median
from typing import Any

from services.analysis.findings import Finding
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.ratio_difference import proposals
from services.analysis.opinions import left_out, opinion
from services.analysis.ratio_study import Question, capital, plural, question, singular
from services.analysis.ratios import Part
from services.analysis.sql import literal
from services.analysis.study import Study
from services.analysis.writing import COUNTED, PLAIN, Writer, exhibit, said
from shared.kit.numbers import Style


@dataclass(frozen=True)
class Ranked:
    """The groups in order, and the one asked about."""

    question: Question
    focus: str
    factor: float
    hurdle: float | None
    label: str
    style: dict[str, Any]
    groups: int
    passing: int
    reaches: bool
    rows: int


def test(study: Study, params: Params) -> Candidate | None:
    """Rank the groups of `params["cut"]`; None with fewer than two."""
    q = question(study, params)
    found = [s for s in q.ratios.sums(q.ratio, q.cut, q.parts) if s.group and s.value is not None]
    if len(found) < 2 or q.cut is None:
        return None
    factor, hurdle = float(params.get("factor") or 1.0), params.get("hurdle")
    lowest = q.worse == 1
    best = min(found, key=lambda s: (s.value or 0.0, s.group)) if lowest else max(found, key=lambda s: (s.value or 0.0, s.group))
    focus = params["focus"] if params.get("focus") in {s.group for s in found} else best.group
    level = next(s.value or 0.0 for s in found if s.group == focus) * factor
    passing = sum(_passes((s.value or 0.0) * factor, float(hurdle), lowest) for s in found) if hurdle is not None else 0
    reaches = hurdle is not None and _passes(level, float(hurdle), lowest)
    style = {"style": Style(params.get("style", q.ratio.style)), "unit": str(params.get("unit", q.ratio.unit))}
    label = str(params.get("label") or q.name)
    rows = sum(s.rows for s in found)
    ranked = Ranked(q, focus, factor, None if hurdle is None else float(hurdle), label, style, len(found), passing, reaches, rows)
    return Candidate(
        method="ratio_ranking",
        params={"dataset": study.dataset.name, **params},
        columns=q.columns,
        p_value=None,
        effect=1.0 if reaches else 0.0,
        coverage=1.0,
        topic=("ratio_ranking", label, q.cut.column),
        detail=ranked,
        entities=(focus,),
    )


def _passes(value: float, hurdle: float, lowest: bool) -> bool:  # noqa: FBT001 - a direction, named where it is passed
    return value <= hurdle if lowest else value >= hurdle


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say where the group asked about stands."""
    r: Ranked = candidate.detail
    q = r.question
    assert q.cut is not None
    w = Writer(study, candidate, outcome)
    part = Part(cut=q.cut, values=[r.focus])
    query = q.ratios.query(q.ratio, [*q.parts, part])
    if r.factor != 1.0:
        base = w.sql("base", f"{q.name}, {r.focus}", query, q.style)
        w.method("factor", "what the text assumes for each of them", r.factor, PLAIN)
        value = w.formula("value", f"{r.label}, {r.focus}", "base * factor", base * r.factor, r.style)
    else:
        value = w.sql("value", f"{r.label}, {r.focus}", query, r.style)
    others = [s for s in q.ratios.sums(q.ratio, q.cut, q.parts) if s.group and s.group != r.focus and s.value is not None]
    rest = q.ratios.query(q.ratio, [*q.parts, Part(cut=q.cut, values=[s.group for s in others])])
    if q.ratio.total:
        rest = f"select ({rest}) / {len(others)}.0"
    baseline = w.sql("baseline", f"{r.label}, mean of the others", f"select ({rest}) * {r.factor!r}", r.style)
    w.method("groups", "groups compared", float(r.groups), COUNTED)
    middle = median(s.value or 0.0 for s in others) * r.factor
    template = f"{capital(r.label)} is {{value}} in {said(r.focus)}, against {{baseline}} in a typical other {singular(q.cut)}"
    if r.hurdle is not None:
        w.method("hurdle", "hurdle", r.hurdle, r.style)
        w.method("passing", "groups that pass the hurdle", float(r.passing), COUNTED)
        verb = "passes" if r.passing == 1 else "pass"
        template += f"; {{passing}} of {{groups}} {plural(singular(q.cut))} {verb} the hurdle of {{hurdle}}"
    w.method("n", "records used", float(r.rows), COUNTED)
    return w.finding(
        kind="level",
        template=f"{template}; n = {{n}}.",
        n=r.rows,
        query=query if r.factor == 1.0 else f"select ({query}) * {r.factor!r}",
        value=value,
        measure=r.label,
        by=[q.cut.column],
        entities={q.cut.column: r.focus},
        direction="higher" if value >= baseline else "lower",
        baseline=baseline,
        unit=r.style["unit"],
        effect_size=None if r.hurdle is None else candidate.effect,
        effect_name="" if r.hurdle is None else "reaches the hurdle",
        strength="descriptive",
        **left_out(missing=int(study.workspace.scalar(q.rows())) - r.rows),
        robustness=opinion("The median of the others, instead of their mean,", agrees=(value - middle) * (value - baseline) >= 0),
        exhibit=_bars(study, r),
        assumptions=["A ranking of few groups; nothing is inferred beyond them."],
    )


def _bars(study: Study, r: Ranked) -> Any:
    q = r.question
    assert q.cut is not None
    top, bottom = q.ratios.row(q.ratio)
    source, expressions = q.ratios.relation(q.ratio.dataset, [q.cut, *[p.cut for p in q.parts]])
    group = expressions[q.cut.column]
    kept = [f"{group} is not null"]
    kept += [f"{expressions[p.cut.column]} in ({', '.join(literal(v) for v in p.values)})" for p in q.parts]
    value = f"sum({top}) / nullif(sum({bottom}), 0)" if bottom else f"sum({top})"
    query = f"select {group}, ({value}) * {r.factor!r} from {source} where {' and '.join(kept)} group by 1 order by 2 desc, 1 limit 40"
    return exhibit(
        study,
        "bar",
        query,
        title=f"{r.label} by {singular(q.cut)}",
        labels=(singular(q.cut), r.label),
        columns=[q.cut.column, r.label],
        style=r.style,
        highlight=[r.focus],
        reference=r.hurdle,
    )


METHOD = Method(
    name="ratio_ranking",
    version="1",
    title="Groups ranked against a hurdle",
    needs="a measure and a category of at least two groups",
    proposals=proposals,
    test=test,
    write=write,
)
