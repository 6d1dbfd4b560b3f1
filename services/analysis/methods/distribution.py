"""Distribution: where the average of a measure misleads, because of a long tail, far-out values or many noughts."""

from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import left_out, opinion
from services.analysis.sql import literal
from services.analysis.study import Study
from services.analysis.writing import COUNTED, PLAIN, SHARE, Writer, exhibit, in_units, rounded, said

MOST_MEASURES = 3
FEWEST = 50
FENCE = 3.0  # interquartile ranges beyond the quartiles: Tukey's outer fences
MAD_REACH = 3.5  # median deviations, scaled to standard deviations, beyond which that rule calls a value far out
HEAPED = 0.2  # share of the records at one value from which the average stands for two kinds of records
ALONE = 4.0  # times as many records as the next value must the value have, or rounding explains it
FEWEST_VALUES = 20  # of a measure: of fewer, one that recurs is no heap but a grade
PULLED = 0.1  # share of the average that far-out values may add before it is worth a sentence
BINS = 20


@dataclass(frozen=True)
class Shape:
    """A measure's quartiles, average, skewness, outer fences and what lies beyond them, and the value at which records heap, if any."""

    lower: float
    median: float
    upper: float
    mean: float
    skewness: float
    fences: tuple[float, float]
    beyond: int
    trimmed: float
    n: int
    heap: float | None = None


def proposals(study: Study, interest: Interest) -> list[Params]:
    """The measures most asked about."""
    measures = [m for m in study.measures.values() if m.kind in {"number", "duration"}]
    measures = measures_asked(study, interest, measures)
    return [{"measure": m.name} for m in measures[:MOST_MEASURES]]


def test(study: Study, params: Params) -> Candidate | None:
    """Describe the shape of `params["measure"]`; nothing where its average stands for it well. Nothing is tested."""
    measure = study.measures[params["measure"]]
    shape = _shape(study, measure)
    if shape is None or not (_outside(shape) or _pulled(shape) or shape.heap is not None):
        return None
    return Candidate(
        method="distribution",
        params=dict(params),
        columns=measure.columns,
        p_value=None,
        effect=0.2,
        coverage=shape.n / max(1, study.dataset.rows),
        topic=("distribution", measure.name),
        detail=shape,
        interest=0.6,
    )


def _outside(shape: Shape) -> bool:
    """Whether the average lies outside the middle half of the records."""
    return shape.lower < shape.upper and not shape.lower <= shape.mean <= shape.upper


def _pulled(shape: Shape) -> bool:
    return shape.beyond > 0 and abs(shape.mean - shape.trimmed) > PULLED * abs(shape.mean)


def _shape(study: Study, measure: Measure) -> Shape | None:
    x, table = measure.sql, study.table
    known = study.condition({}, f"{x} is not null")
    cuts = ", ".join(f"quantile_cont({x}, {q})" for q in (0.25, 0.5, 0.75))
    n, mean, skewness, lower, median, upper = study.workspace.query(
        f"select count(*), avg({x}), skewness({x}), {cuts} from {table}{known}"
    )[0]
    if n < FEWEST or upper is None:
        return None
    heap = _heap(study, measure, int(n))
    if upper <= lower:  # the middle half is one value: nothing is far from it, and only a heap can be told
        return Shape(lower, median, upper, mean, float(skewness or 0.0), (rounded(lower), rounded(upper)), 0, mean, int(n), heap)
    reach = FENCE * (upper - lower)
    fences = (rounded(lower - reach), rounded(upper + reach))
    beyond, trimmed = study.workspace.query(
        f"select count(*) filter (not {_between(x, fences)}), avg({x}) filter ({_between(x, fences)}) from {table}{known}"
    )[0]
    return Shape(lower, median, upper, mean, float(skewness or 0.0), fences, int(beyond), float(trimmed), int(n), heap)


def _heap(study: Study, measure: Measure, n: int) -> float | None:
    """Return the value at which far more records lie than at any other."""
    x = measure.sql
    counted = f"select {x} as v, count(*) as n from {study.table}{study.condition({}, f'{x} is not null')} group by 1"
    rows = study.workspace.query(f"select v, n, count(*) over () from ({counted}) order by n desc, v limit 2")
    if len(rows) < 2 or rows[0][2] < FEWEST_VALUES:
        return None
    (value, most, _), (_, second, _) = rows
    return float(value) if most >= HEAPED * n and most >= ALONE * second else None


def _between(x: str, fences: tuple[float, float]) -> str:
    return f"({x} between {fences[0]!r} and {fences[1]!r})"


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say where half of the records lie, what the average is, and how many far-out values pull it how far."""
    shape: Shape = candidate.detail
    measure = study.measures[candidate.params["measure"]]
    w, style, x = Writer(study, candidate, outcome), in_units(measure), measure.sql
    known = study.condition({}, f"{x} is not null")
    query = f"select quantile_cont({x}, 0.5) from {study.table}{known}"
    w.sql("value", f"median {measure.label}", query, style)
    w.sql("baseline", f"average {measure.label}", f"select avg({x}) from {study.table}{known}", style)
    w.sql("lower", "first quartile", f"select quantile_cont({x}, 0.25) from {study.table}{known}", style)
    w.sql("upper", "third quartile", f"select quantile_cont({x}, 0.75) from {study.table}{known}", style)
    w.method("skewness", "skewness", shape.skewness, PLAIN)
    tail = _tail(study, measure, shape, w) if shape.beyond else ""
    tail += _heaped(study, measure, shape.heap, w) if shape.heap is not None else ""
    label = said(measure.label)
    return w.finding(
        kind="distribution",
        template=(
            f"{label[0].upper()}{label[1:]} has a median of {{value}} and an average of {{baseline}} (skewness {{skewness}}): half of the "
            f"records lie between {{lower}} and {{upper}}{tail}; {w.sureness(shape.n)}."
        ),
        n=shape.n,
        **left_out(missing=study.dataset.rows - shape.n),
        query=query,
        measure=measure.name,
        baseline=w.facts["baseline"].value,
        unit=measure.unit,
        direction="higher" if shape.mean > shape.median else "lower",
        effect_size=shape.skewness,
        effect_name="skewness",
        strength="descriptive",
        exhibit=_histogram(study, measure, shape),
        robustness=opinion("The rule of the median deviation (MAD)", agrees=_pulled_by_mad(study, measure, shape))
        if _outside(shape) or _pulled(shape)
        else None,
        assumptions=["far out: beyond three interquartile ranges from the quartiles (Tukey's outer fences)"],
    )


def _tail(study: Study, measure: Measure, shape: Shape, w: Writer) -> str:
    """Add how many values lie far out and the average without them."""
    x, style = measure.sql, in_units(measure)
    inside = _between(x, shape.fences)
    w.sql("beyond", "records far out", f"select count(*) from {study.table}{study.condition({}, f'not {inside}')}", COUNTED)
    w.sql("trimmed", "average without them", f"select avg({x}) from {study.table}{study.condition({}, inside)}", style)
    return "; without the {beyond} that lie far out the average is {trimmed}"


def _pulled_by_mad(study: Study, measure: Measure, shape: Shape) -> bool:
    """Whether the average lies as far from what a second rule for far-out values leaves (Leys and others 2013)."""
    values = study.values(measure)
    known = values[~np.isnan(values)]
    away = np.abs(known - shape.median)
    kept = known[away <= MAD_REACH * 1.4826 * float(np.median(away))]
    return len(kept) > 0 and (float(kept.mean()) - shape.mean) * (shape.median - shape.mean) > 0


def _heaped(study: Study, measure: Measure, heap: float, w: Writer) -> str:
    """Add the share of the records at the heap, and the average of all others."""
    x, style, there = measure.sql, in_units(measure), f"{measure.sql} = {literal(heap)}"
    known = study.condition({}, f"{x} is not null")
    w.sql("heap", "value at which records heap", f"select mode({x}) from {study.table}{known}", style)
    w.sql("heaped", "share of the records at it", f"select avg(({there})::int) from {study.table}{known}", SHARE)
    w.sql("others", "average of all others", f"select avg({x}) from {study.table}{study.condition({}, f'not ({there})')}", style)
    return "; {heaped} are exactly {heap}, and the average of all others is {others}"


def _histogram(study: Study, measure: Measure, shape: Shape) -> Exhibit:
    """Counts in equal bins between the outer fences or the ends of the data, whichever are nearer."""
    x, table = measure.sql, study.table
    inside = _between(x, shape.fences) if shape.lower < shape.upper else f"{x} is not null"
    low, high = study.workspace.query(f"select min({x}), max({x}) from {table} where {inside}")[0]
    width = rounded((high - low) / BINS) or 1.0
    bucket = f"least(floor(({x} - {low!r}) / {width!r}), {BINS - 1})"
    query = f"select {low!r} + {bucket} * {width!r} as start, count(*) from {table} where {inside} group by 1 order by 1"
    labels = (f"{measure.label} ({measure.unit})" if measure.unit else measure.label, "records")
    return exhibit(study, "histogram", query, title=measure.label, labels=labels, columns=["start", "records"], style=COUNTED)


METHOD = Method(
    name="distribution",
    version="1",
    title="Distribution",
    needs="a measure with at least fifty values",
    proposals=proposals,
    test=test,
    write=write,
)
