"""Whether a ratio goes with another number of its rows: Spearman's rank correlation, which needs no straight line."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Exhibit, Finding
from services.analysis.measures import humanize
from services.analysis.methods.association import PLACES
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.ratio_difference import proposals
from services.analysis.opinions import DISSENT, left_out, opinion
from services.analysis.ratio_study import Question, capital, question
from services.analysis.ratios import CutBy
from services.analysis.statistics import power
from services.analysis.statistics.correlation import pearson, spearman
from services.analysis.statistics.tails import Result, critical_z, t_two_sided
from services.analysis.study import SAMPLE_ROWS, Study
from services.analysis.writing import PLAIN, Writer, exhibit, said

FEWEST = 12
BANDS = 5
# An even sample in an order that every engine gives alike: fractions of multiples of the plastic number's powers
# (Roberts's R2 sequence).
_SPREAD = (0.7548776662466927, 0.5698402909980532)


@dataclass(frozen=True)
class Together:
    """A ratio and another number, row by row."""

    question: Question
    against: CutBy
    rho: float
    n: int
    missing: int
    straight: Result  # the same pairs' product-moment correlation


def test(study: Study, params: Params) -> Candidate | None:
    """Correlate the rows' ratio with `params["against"]`; None with fewer than twelve rows or a constant.

    A rate is yes or no in a row; its rank correlation is the rank-biserial one up to scale, with the same test.
    """
    q, against = question(study, params), CutBy.model_validate(params["against"])
    place = f"{_SPREAD[0]} * y + {_SPREAD[1]} * x"
    even = f"({place}) - floor({place})"
    pairs = study.workspace.query(f"select y, x from ({rows_of(q, against)}) order by {even}, y, x limit {SAMPLE_ROWS}")
    if len(pairs) < FEWEST or len({y for y, _ in pairs}) < 2 or len({x for _, x in pairs}) < 3:
        return None
    y, x = np.array([y for y, _ in pairs], dtype=float), np.array([x for _, x in pairs], dtype=float)
    rho, n = spearman(y, x).statistic, len(pairs)
    known = n if n < SAMPLE_ROWS else int(study.workspace.scalar(f"select count(*) from ({rows_of(q, against)})"))
    p = t_two_sided(rho * math.sqrt((n - 2) / max(1e-12, 1 - rho**2)), n - 2)
    return Candidate(
        method="ratio_association",
        params={"dataset": study.dataset.name, **params},
        columns=tuple(dict.fromkeys([*q.columns, against.column, *([against.key] if against.key else [])])),
        p_value=p,
        effect=abs(rho),
        coverage=min(1.0, n / max(1, study.dataset.rows)),
        topic=("ratio_association", q.name, against.column),
        detail=Together(q, against, rho, n, max(0, study.dataset.rows - known), pearson(y, x)),
        detectable=power.detectable_correlation(n),
    )


def rows_of(q: Question, against: CutBy) -> str:
    """SQL of the rows' ratio `y` and the other number `x`, both known."""
    top, bottom = q.ratios.row(q.ratio)
    source, x = q.ratios.relation(q.ratio.dataset, [against])
    y = f"({top}) / nullif({bottom}, 0)" if bottom else f"({top})"
    home = q.ratios.workspace.dataset(q.ratio.dataset)
    column = x[against.column] if against.table else home.column(against.column).expression
    inner = f"select ({y})::double as y, try_cast({column} as double) as x from {source}"
    return f"select y, x from ({inner}) where y is not null and x is not null"


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say whether and how strongly the two go together."""
    t: Together = candidate.detail
    q, other = t.question, said(humanize(t.against.column))
    w = Writer(study, candidate, outcome)
    ties = "rank() over (order by {0}) + (count(*) over (partition by {0}) - 1) / 2.0"
    ranks = f"select {ties.format('y')} as ry, {ties.format('x')} as rx from ({rows_of(q, t.against)})"
    query = f"select round(corr(ry, rx), {PLACES}) from ({ranks})"
    w.sql("value", "rank correlation", query, {**PLAIN, "signed": True})
    spread = critical_z() / math.sqrt(max(1, t.n - 3))
    middle = math.atanh(max(-0.999999, min(0.999999, t.rho)))
    interval = w.interval("rank correlation", math.tanh(middle - spread), math.tanh(middle + spread), {**PLAIN, "signed": True})
    w.method("effect", "effect on the scale of a correlation", candidate.effect, PLAIN)
    table = f"select *, ntile({BANDS}) over (order by x, y) as band from ({rows_of(q, t.against)})"
    w.sql("baseline", f"{q.name}, lowest fifth of {other}", f"select avg(y) from ({table}) where band = 1", q.style)
    w.sql("top", f"{q.name}, highest fifth of {other}", f"select avg(y) from ({table}) where band = {BANDS}", q.style)
    if outcome.significant:
        word = "higher" if t.rho > 0 else "lower"
        template = f"{capital(q.name)} goes with {other}: where {other} is higher, it is {word} (rank correlation {{value}}, {interval}); "
        template += f"it averages {{baseline}} in the lowest fifth of {other} and {{top}} in the highest; {w.sureness(t.n)}."
    else:
        how = "may or may not go with" if outcome.undecided(candidate) else "hardly goes with"
        template = f"{capital(q.name)} {how} {other}: the rank correlation is {{value}} ({interval}); {w.sureness(t.n)}."
    return w.finding(
        kind="no_effect" if not outcome.significant and not outcome.undecided(candidate) else "association",
        verdict="undecided" if outcome.undecided(candidate) else None,
        template=template,
        n=t.n,
        query=query,
        measure=q.name,
        direction=("positive" if t.rho > 0 else "negative") if outcome.significant else "none",
        unit="",
        effect_size=t.rho,
        effect_name="Spearman rho",
        **left_out(missing=t.missing),
        robustness=opinion("Pearson's correlation", agrees=_straight_agrees(t)),
        test="Spearman rank correlation",
        statistic=t.rho,
        strength="association",
        exhibit=_fifths(study, t, table),
        assumptions=["Any rising or falling relation counts, straight or not."],
    )


def _straight_agrees(t: Together) -> bool:
    """Whether the product-moment correlation shows the same direction as clearly, or as little."""
    clear = t.straight.p_value < DISSENT
    return clear == (t_two_sided(t.rho * math.sqrt((t.n - 2) / max(1e-12, 1 - t.rho**2)), t.n - 2) < DISSENT) and (
        not clear or t.straight.effect_size * t.rho > 0
    )


def _fifths(study: Study, t: Together, table: str) -> Exhibit:
    """Return the chart of the ratio in every fifth of the other number; `table` is SQL of the rows with their fifth."""
    q, other = t.question, said(humanize(t.against.column))
    bars = f"select 'fifth ' || band || ': up to ' || printf('%.4g', max(x)), avg(y), count(*) from ({table}) group by band order by band"
    return exhibit(
        study,
        "bar",
        bars,
        title=f"{q.name} by fifths of {other}",
        labels=(f"fifths of {other}", q.name),
        columns=["fifth", q.name, "records"],
        style={"style": q.ratio.style, "unit": q.ratio.unit},
    )


METHOD = Method(
    name="ratio_association",
    version="1",
    title="Ratios and other numbers",
    needs="a ratio and a number on at least twelve rows",
    proposals=proposals,
    test=test,
    write=write,
)
