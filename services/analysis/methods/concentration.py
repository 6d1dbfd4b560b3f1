"""Concentration: how much of all records or of a total the largest few hold (Pareto)."""

import math
from dataclasses import dataclass

from services.analysis.findings import Finding
from services.analysis.goal import Interest
from services.analysis.measures import humanize, text_of
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import left_out, opinion
from services.analysis.study import Study
from services.analysis.writing import COUNTED, SHARE, Writer, exhibit, in_units, said

FEWEST = 10  # holders
FIFTH = 0.2
NOTABLE = 0.4  # share of the largest fifth from which there is something to say


@dataclass(frozen=True)
class Held:
    """How many hold anything, and what share the largest fifth holds."""

    holders: int
    top: int
    share: float
    largest: str
    n: int  # rows with a holder and a value


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every column that many records share, by count and by the measures that add up."""
    del interest
    columns = [c for c in study.dataset.columns if c.type == "text" and FEWEST <= c.distinct <= 0.5 * c.present]
    measures = ["count", *(m.name for m in study.measures.values() if m.adds_up and m.kind == "number")]
    return [{"measure": m, "holder": c.name} for c in columns for m in measures if c.name not in study.measures[m].columns]


def test(study: Study, params: Params) -> Candidate | None:
    """Measure the share of the largest fifth of `params["holder"]`. A description: nothing is tested."""
    measure, column = study.measures[params["measure"]], study.dataset.column(params["holder"])
    ranked = _ranked(study, params)
    holders, lowest = study.workspace.query(f"select count(*), min(v) from ({ranked})")[0]
    if holders < FEWEST or lowest is None or lowest < 0:
        return None
    top = math.ceil(FIFTH * holders)
    share = float(study.workspace.scalar(_share(ranked, top)) or 0.0)
    if share < NOTABLE:
        return None
    known = f"{text_of(column)} is not null" + ("" if measure.kind == "count" else f" and {measure.sql} is not null")
    n = study.workspace.scalar(f"select count(*) from {study.table} where {known}")
    largest = str(study.workspace.scalar(f"select h from ({ranked}) where i = 1"))
    return Candidate(
        method="concentration",
        params=dict(params),
        columns=(column.name, *measure.columns),
        p_value=None,
        effect=min(1.0, share - FIFTH),
        coverage=column.present / max(1, column.rows),
        topic=("concentration", measure.name, column.name),
        detail=Held(int(holders), top, share, largest, int(n)),
        interest=0.6 + share / 2,
        entities=(largest,),
    )


def _ranked(study: Study, params: Params) -> str:
    """SQL of holders with what they hold, the largest first."""
    measure, holder = study.measures[params["measure"]], text_of(study.dataset.column(params["holder"]))
    value = "count(*)::double" if measure.kind == "count" else f"coalesce(sum({measure.sql}), 0)"
    held = f"select {holder} as h, {value} as v from {study.table} where {holder} is not null group by 1"
    return f"select h, v, row_number() over (order by v desc, h) as i from ({held})"


def _share(ranked: str, top: int) -> str:
    return f"select sum(v) filter (i <= {top}) / sum(v) from ({ranked})"


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say what share the largest fifth holds."""
    held: Held = candidate.detail
    measure, holder = study.measures[candidate.params["measure"]], candidate.params["holder"]
    ranked = _ranked(study, candidate.params)
    w = Writer(study, candidate, outcome)
    query = _share(ranked, held.top)
    w.sql("value", "share held by the largest fifth", query, SHARE)
    w.method("top", "the largest fifth", float(held.top), COUNTED)
    w.sql("holders", "holders", f"select count(*) from ({ranked})", COUNTED)
    w.formula("baseline", "their share of the holders", "top / holders", held.top / held.holders, SHARE)
    w.sql("largest", "share of the largest", _share(ranked, 1), SHARE)
    what = "records" if measure.kind == "count" else f"total {said(measure.label)}"
    rows = f"select h, v from ({ranked}) where i <= 20 order by i"
    return w.finding(
        kind="concentration",
        template=(
            f"The largest {{top}} of {{holders}} values of {said(humanize(holder))} ({{baseline}}) hold {{value}} of all {what}; "
            f"{said(held.largest)} alone holds {{largest}}; {w.sureness(held.n)}."
        ),
        n=held.n,
        query=query,
        measure=measure.name,
        by=[holder],
        entities={holder: held.largest},
        direction="higher",
        baseline=w.facts["baseline"].value,
        effect_size=held.share,
        effect_name="share of the largest fifth",
        strength="descriptive",
        **left_out(missing=study.dataset.rows - held.n),
        robustness=_without_the_largest(study, ranked),
        exhibit=exhibit(
            study,
            "bar",
            rows,
            title=f"{what} by {said(humanize(holder))}, largest first",
            labels=(humanize(holder), what),
            columns=[holder, measure.name],
            style=COUNTED if measure.kind == "count" else in_units(measure),
            highlight=[held.largest],
        ),
    )


def _without_the_largest(study: Study, ranked: str) -> str | None:
    """Whether the concentration is still notable among the others once the largest is left out."""
    rest = f"select h, v, i - 1 as i from ({ranked}) where i > 1"
    others = int(study.workspace.scalar(f"select count(*) from ({rest})"))
    share = study.workspace.scalar(_share(rest, math.ceil(FIFTH * others)))
    return opinion("The same without the largest of them", agrees=share is not None and float(share) >= NOTABLE)


METHOD = Method(
    name="concentration",
    version="1",
    title="Concentration (Pareto)",
    needs="a column of ten or more values that many records share",
    proposals=proposals,
    test=test,
    write=write,
)
