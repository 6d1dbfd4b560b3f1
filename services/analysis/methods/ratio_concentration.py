"""Whether a few groups carry most of a total: the share of the largest fifth of the groups, and the Gini coefficient."""

import math
from dataclasses import dataclass

from services.analysis.findings import Finding
from services.analysis.methods.concentration import NOTABLE
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.ratio_difference import proposals
from services.analysis.opinions import left_out, opinion
from services.analysis.ratio_study import Question, plural, question, singular
from services.analysis.study import Study
from services.analysis.writing import COUNTED, PLAIN, SHARE, Writer, exhibit, said


@dataclass(frozen=True)
class Carried:
    """Groups by size."""

    question: Question
    few: int
    groups: int
    first: str
    gini: float
    n: int
    tops: tuple[float, ...]  # largest first


def test(study: Study, params: Params) -> Candidate | None:
    """Rank the groups of `params["cut"]` by the top of `params["ratio"]`; None with fewer than three groups or negative totals."""
    q = question(study, params)
    found = [s for s in q.ratios.sums(q.ratio, q.cut, q.parts) if s.group]
    tops = sorted((s.top for s in found), reverse=True)
    if len(found) < 3 or tops[-1] < 0 or sum(tops) <= 0:
        return None
    k, total = len(found), sum(tops)
    gini = sum((k + 1 - 2 * (i + 1)) * top for i, top in enumerate(tops)) / (k * total)
    first = max(found, key=lambda s: (s.top, s.group)).group
    carried = Carried(q, max(1, math.ceil(k / 5)), k, first, gini, sum(s.rows for s in found), tuple(tops))
    return Candidate(
        method="ratio_concentration",
        params={"dataset": study.dataset.name, **params},
        columns=q.columns,
        p_value=None,
        effect=min(1.0, max(0.0, gini)),
        coverage=min(1.0, carried.n / max(1, study.dataset.rows)),
        topic=("ratio_concentration", q.name, q.cut.column if q.cut else ""),
        detail=carried,
        entities=(first,),
    )


def _fifth(tops: tuple[float, ...]) -> float:
    """Return the share of the largest fifth."""
    return sum(tops[: math.ceil(len(tops) / 5)]) / (sum(tops) or 1.0)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say how much the largest groups carry."""
    c: Carried = candidate.detail
    q = c.question
    assert q.cut is not None
    w = Writer(study, candidate, outcome)
    top, _ = q.ratios.row(q.ratio)
    source, expressions = q.ratios.relation(q.ratio.dataset, [q.cut])
    groups = (
        f"select {expressions[q.cut.column]} as g, sum({top}) as t from {source} where {expressions[q.cut.column]} is not null group by 1"
    )
    query = (
        f"select sum(t) filter (place <= {c.few}) / sum(t) from (select t, row_number() over (order by t desc, g) as place from ({groups}))"
    )
    w.sql("value", "share of the largest groups", query, SHARE)
    w.sql("groups", "groups", f"select count(*) from ({groups})", COUNTED)
    w.method("few", "the largest fifth of the groups", float(c.few), COUNTED)
    w.method("gini", "Gini coefficient", c.gini, PLAIN)
    word = singular(q.cut)
    many = plural(word)
    noun = f"{{few}} of {{groups}} {many}" if c.few > 1 else f"One of {{groups}} {many}, {said(c.first)},"
    verb = "carry" if c.few > 1 else "carries"
    return w.finding(
        kind="concentration",
        template=f"{noun} {verb} {{value}} of {q.name}; the Gini coefficient is {{gini}}; {w.sureness(c.n)}.",
        n=c.n,
        query=query,
        measure=q.name,
        by=[q.cut.column],
        entities={q.cut.column: c.first},
        direction="higher",
        effect_size=c.gini,
        effect_name="Gini coefficient",
        strength="descriptive",
        **left_out(missing=int(study.workspace.scalar(q.rows())) - c.n),
        robustness=opinion("The same without the largest of them", agrees=_fifth(c.tops[1:]) >= NOTABLE or _fifth(c.tops) < NOTABLE),
        exhibit=exhibit(
            study,
            "bar",
            f"select g, t from ({groups}) order by t desc, g limit 40",
            title=f"{q.name} by {word}",
            labels=(word, q.name),
            columns=[q.cut.column, q.name],
            style={"style": q.ratio.style, "unit": q.ratio.unit},
            highlight=[c.first],
        ),
    )


METHOD = Method(
    name="ratio_concentration",
    version="1",
    title="Concentration of a total",
    needs="a total and a category of at least three groups",
    proposals=proposals,
    test=test,
    write=write,
)
