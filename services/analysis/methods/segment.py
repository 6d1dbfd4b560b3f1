"""Segments: records that fall into few separate kinds by their measures, held to clouds without kinds, to chance and to a second look."""

from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.kinship import kin_of
from services.analysis.measures import Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import left_out, opinion
from services.analysis.statistics import clusters
from services.analysis.statistics.counts import wilson_interval
from services.analysis.study import Floats, Study
from services.analysis.writing import COUNTED, PLAIN, SHARE, Writer, comparative, exhibit, in_units, listed, rounded, said, value_name

MOST_MEASURES = 4
FEWEST = 100
MOST_ROWS = 2_000  # clustered; membership of all records is by the nearest centre
PARTED = 0.5  # silhouette from which clusters are more than a habit of the eye (Kaufman and Rousseeuw 1990, p. 88)
SAME = 0.8  # adjusted Rand index that halves of the rows must reach
CLOUDS, SHUFFLES = 9, 9  # few: what passes them by a margin does not turn on how many were drawn
AHEAD = 0.05  # by which the silhouette must pass those of the clouds and of shuffled columns
SKEWED = 2.0


@dataclass(frozen=True)
class Axis:
    """One measure as clusters see it: its logarithm where it is skewed, centred and scaled."""

    measure: Measure
    logged: bool
    centre: float
    scale: float

    def of(self, values: Floats) -> Floats:
        """Return values on the axis."""
        return ((np.log(values) if self.logged else values) - self.centre) / self.scale

    @property
    def sql(self) -> str:
        """SQL of a record's place on the axis."""
        value = f"ln({self.measure.sql})" if self.logged else self.measure.sql
        return f"(({value} - {self.centre!r}) / {self.scale!r})"


@dataclass(frozen=True)
class Segments:
    """The clusters found, the axes they were found on, how stable they are, and the one that stands furthest out, with where."""

    found: clusters.Clusters
    axes: tuple[Axis, ...]
    stability: float
    segment: int
    axis: int
    n: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """The measures most asked about, together."""
    kin = kin_of(study)
    measures = [m for m in study.measures.values() if m.kind in {"number", "duration"} and kin.get(m.name) == m.name]
    measures = measures_asked(study, interest, measures)
    chosen: list[Measure] = []
    for m in measures:
        if not any(set(m.columns) & set(other.columns) for other in chosen):
            chosen.append(m)
    return [{"measures": [m.name for m in chosen[:MOST_MEASURES]]}] if len(chosen) >= 2 else []


def test(study: Study, params: Params) -> Candidate | None:
    """Cluster the records by `params["measures"]`; None where they form one cloud, or where halves of them part otherwise."""
    measures = [study.measures[name] for name in params["measures"]]
    values = np.column_stack([study.values(m) for m in measures])
    known = ~np.isnan(values).any(axis=1)
    if known.sum() < FEWEST:
        return None
    values = values[known]
    axes = [_axis(m, values[:, i]) for i, m in enumerate(measures)]
    if any(axis is None for axis in axes):
        return None
    placed = [axis for axis in axes if axis is not None]
    chosen = np.random.default_rng(clusters.SEED).permutation(len(values))[:MOST_ROWS]
    rows = np.column_stack([axis.of(values[chosen, i]) for i, axis in enumerate(placed)])
    found = clusters.best_clusters(rows)
    k = len(found.centres)
    if found.silhouette < PARTED or found.silhouette < max(clusters.silhouettes_of_one_cloud(rows, k, CLOUDS)) + AHEAD:
        return None
    stable = clusters.stability(rows, k)
    if stable < SAME:
        return None
    shuffled = clusters.silhouettes_of_shuffled_columns(rows, k, SHUFFLES)
    if found.silhouette < max(shuffled) + AHEAD:  # so few draws give a p value that is too small by itself
        return None
    segment, axis = np.unravel_index(int(np.argmax(np.round(np.abs(found.centres), 9))), found.centres.shape)
    return Candidate(
        method="segment",
        params=dict(params),
        columns=tuple(dict.fromkeys(c for m in measures for c in m.columns)),
        p_value=clusters.beyond(found.silhouette, shuffled),
        effect=found.silhouette,
        coverage=float(known.sum()) / max(1, study.size),
        topic=("segment", *params["measures"]),
        detail=Segments(found, tuple(placed), stable, int(segment), int(axis), int(known.sum())),
        interest=0.9,
        silent=True,
    )


def _axis(measure: Measure, values: Floats) -> Axis | None:
    logged = bool(values.min() > 0) and _skewness(values) > SKEWED
    placed = np.log(values) if logged else values
    spread = float(placed.std())
    return Axis(measure, logged, rounded(float(placed.mean())), rounded(spread)) if spread > 0 else None


def _skewness(values: Floats) -> float:
    residual = values - values.mean()
    return float((residual**3).mean() / max(float((residual**2).mean()) ** 1.5, 1e-300))


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say how many segments there are and what sets the most distinct one apart; nothing where chance explains them."""
    if not outcome.significant:
        return None
    s: Segments = candidate.detail
    w, measure = Writer(study, candidate, outcome), s.axes[s.axis].measure
    known = [f"{a.measure.sql} is not null" for a in s.axes]
    inside = _inside(s)
    query = f"select avg(({inside})::int) from {study.table}{study.condition({}, *known)}"
    share = w.sql("value", "share of records in the segment", query, SHARE)
    interval = w.interval("share of records in the segment", *wilson_interval(share * s.n, s.n), SHARE)
    w.method("segments", "segments", float(len(s.found.centres)), COUNTED)
    w.method("silhouette", "mean silhouette", s.found.silhouette, PLAIN)
    own = w.sql("own", f"{value_name(measure)} in it", _average(study, measure, [*known, inside]), in_units(measure))
    rest = w.sql("rest", f"{value_name(measure)} in the others", _average(study, measure, [*known, f"not ({inside})"]), in_units(measure))
    return w.finding(
        kind="segment",
        template=(
            f"By {listed([a.measure.label for a in s.axes])} the records fall into {{segments}} segments (silhouette {{silhouette}}): "
            f"the most distinct holds {{value}} of them ({interval}), "
            f"with {comparative(measure, higher=own > rest)} {said(value_name(measure))} ({{own}} against {{rest}}); {w.sureness(s.n)}."
        ),
        n=s.n,
        **left_out(missing=study.size - s.n),
        query=query,
        by=[a.measure.name for a in s.axes],
        measure=measure.name,
        direction="higher" if own > rest else "lower",
        effect_size=s.found.silhouette,
        effect_name="silhouette",
        test="k-means silhouette, columns shuffled",
        statistic=s.found.silhouette,
        strength="descriptive",
        exhibit=_sizes(study, s, known),
        robustness=opinion("Clustering halves of the records apart", agrees=s.stability >= SAME),
        assumptions=[
            "k-means on standardised measures of an even sample, seeded",
            "parted more clearly than single clouds of the same covariance",
            "parted more clearly, by a margin, than columns shuffled each by itself; p value among those, taken as normal",
            "halves of the records part alike (adjusted Rand index)",
        ],
    )


def _distance(s: Segments, segment: int) -> str:
    parts = (f"({axis.sql} - {rounded(float(c))!r})^2" for axis, c in zip(s.axes, s.found.centres[segment], strict=True))
    return f"({' + '.join(parts)})"


def _inside(s: Segments) -> str:
    """SQL that is true where the segment's centre is the nearest."""
    others = ", ".join(_distance(s, i) for i in range(len(s.found.centres)) if i != s.segment)
    return f"{_distance(s, s.segment)} < least({others})"


def _average(study: Study, measure: Measure, conditions: list[str]) -> str:
    return f"select avg({measure.sql}) from {study.table}{study.condition({}, *conditions)}"


def _sizes(study: Study, s: Segments, known: list[str]) -> Exhibit:
    k = len(s.found.centres)
    distances = ", ".join(_distance(s, i) for i in range(k))
    place = f"list_position([{distances}], least({distances}))"
    query = f"select 'segment ' || {place}, count(*) from {study.table}{study.condition({}, *known)} group by 1 order by 1"
    labels = ("segment", "records")
    return exhibit(study, "bar", query, title="Records by segment", labels=labels, columns=["segment", "records"], style=COUNTED)


METHOD = Method(
    name="segment",
    version="1",
    title="Segments",
    needs="two measures and a hundred records with values in both",
    proposals=proposals,
    test=test,
    write=write,
)
