"""Composition: two categories that go together, told by the pair of values that meet far more often than by chance."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.kinship import kin_of
from services.analysis.measures import Cut
from services.analysis.methods.contract import ALPHA, Candidate, Method, Outcome, Params
from services.analysis.opinions import DISSENT, left_out, opinion
from services.analysis.statistics import counts, power
from services.analysis.statistics.tails import Result
from services.analysis.study import Study
from services.analysis.writing import COUNTED, EXHIBIT_ROWS, POINTS, SHARE, Writer, exhibit, said

MOST_GROUPS = 12
FEWEST = 40
SMALLEST_CELL = 5


@dataclass(frozen=True)
class Pairing:
    """The values that meet most beyond chance: `group` of the first cut, `part` of the second."""

    group: str
    part: str
    result: Result
    contrast: Result
    cells: tuple[int, int, int, int]  # records with both, with the group only, with the part only, with neither
    n: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every pair of the smaller cuts that do not say the same; the one more asked about is the group.

    Where the goal asks about neither, the one of more groups is, whichever column stands first in the file.
    """

    def rank(cut: Cut) -> tuple[float, bool, int, tuple[int, ...]]:
        return interest.cut(cut), not cut.status, len(cut.values), cut.sizes

    small = [c for c in study.groupings if len(c.values) <= MOST_GROUPS and not c.name.startswith("bracket(")]
    kin = kin_of(study)
    found: list[Params] = []
    for i, a in enumerate(small):
        for b in small[i + 1 :]:
            if kin[a.name] == kin[b.name] or set(a.columns) & set(b.columns):
                continue
            group, part = (b, a) if rank(b) > rank(a) else (a, b)
            found.append({"by": group.name, "part": part.name})
    return found


def test(study: Study, params: Params) -> Candidate | None:
    """Test whether `params["part"]` is made up alike in every group of `params["by"]`."""
    by, part = study.cuts[params["by"]], study.cuts[params["part"]]
    table = study.crossed(by, part)
    n = float(table.sum())
    if n < FEWEST:
        return None
    result = counts.independence(table)
    pair = _telling(table)
    if pair is None:
        return None
    i, j = pair
    inside, outside = table[i].sum(), table.sum() - table[i].sum()
    both, elsewhere = float(table[i, j]), float(table[:, j].sum() - table[i, j])
    contrast = counts.two_proportions(both, float(inside), elsewhere, float(outside))
    cells = (int(both), int(inside - both), int(elsewhere), int(outside - elsewhere))
    rows, columns = (table.sum(axis=1) > 0).sum(), (table.sum(axis=0) > 0).sum()
    return Candidate(
        method="composition",
        params={"by": by.name, "part": part.name},
        columns=(*by.columns, *part.columns),
        p_value=result.p_value,
        effect=result.effect_size,
        coverage=n / max(1, study.size),
        topic=("composition", by.name, part.name),
        detail=Pairing(by.values[i], part.values[j], result, contrast, cells, int(n)),
        detectable=power.detectable_w(n, int((rows - 1) * (columns - 1))),
        interest=0.8 if result.p_value < 0.05 else 0.5,
        entities=(by.values[i], part.values[j]),
    )


def _telling(table: "counts.Floats") -> tuple[int, int] | None:
    """Return the cell with the largest positive standardised residual among those with five records."""
    total = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    spread = expected * np.outer(1 - table.sum(axis=1) / total, 1 - table.sum(axis=0) / total)
    z = np.where((spread > 0) & (table >= SMALLEST_CELL), (table - expected) / np.sqrt(np.maximum(spread, 1e-12)), -np.inf)
    place = int(np.argmax(np.round(z, 9)))
    i, j = divmod(place, table.shape[1])
    return (i, j) if np.isfinite(z[i, j]) and table[i].sum() < total else None


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say which value is over-represented in which group, or that the make-up is alike."""
    by, part = study.cuts[candidate.params["by"]], study.cuts[candidate.params["part"]]
    pair: Pairing = candidate.detail
    w = Writer(study, candidate, outcome)
    share = f"avg(case when {part.equals(pair.part)} then 1.0 else 0.0 end)"
    known = f"{part.sql} is not null"
    query = f"select {share} from {study.table}{study.condition({by.name: pair.group}, known)}"
    w.sql("value", f"share of {pair.part} in {pair.group}", query, SHARE)
    elsewhere = f"select {share} from {study.table} where {by.sql} is not null and not ({by.equals(pair.group)}) and {known}"
    baseline = w.sql("baseline", f"share of {pair.part} elsewhere", elsewhere, SHARE)
    both = study.condition({by.name: pair.group, part.name: pair.part})
    w.sql("count", f"records with both {pair.group} and {pair.part}", f"select count(*) from {study.table}{both}", COUNTED)
    significant = outcome.significant
    interval = w.interval("difference", pair.contrast.ci_low, pair.contrast.ci_high, {**POINTS, "signed": not significant})
    if significant:
        template = (
            f"{said(pair.part)} makes up {{value}} ({{count}} records) of {said(pair.group)} ({said(by.label)}), "
            f"against {{baseline}} elsewhere: {said(part.label)} and {said(by.label)} go together; "
            f"difference {interval}, {w.sureness(pair.n)}."
        )
    else:
        template = _alike(by, part, pair, w, interval)
    return w.finding(
        kind="difference" if significant else "no_effect",
        template=template,
        n=pair.n,
        query=query,
        measure=f"rate({part.name}={pair.part})" if significant else None,
        by=[by.name],
        entities={by.name: pair.group, part.name: pair.part} if significant else {},
        direction="higher" if significant else "none",
        baseline=baseline,
        effect_size=pair.result.effect_size,
        effect_name=pair.result.effect_name,
        test=pair.result.test,
        statistic=pair.result.statistic,
        strength="association",
        exhibit=_shares(study, by, part, pair, highlight=[pair.group] if significant else []),
        assumptions=list(pair.result.assumptions),
        **left_out(missing=study.size - pair.n),
        robustness=_second_opinion(study, by, part, pair),
    )


def _alike(by: Cut, part: Cut, pair: Pairing, w: Writer, interval: str) -> str:
    """The sentence that the make-up is alike: little apart, or what would have shown."""
    inside, share = sum(pair.cells[:2]), (pair.cells[0] + pair.cells[2]) / pair.n
    seen = math.sqrt(share * (1 - share)) * power.detectable_difference(inside, max(1, pair.n - inside))
    w.method("detectable", "smallest difference of the share found four times in five", seen, POINTS)
    small = w.outcome.q_value is not None and w.outcome.q_value <= ALPHA
    head = f"The make-up by {said(part.label)} {'differs little by' if small else 'is about the same in every'} {said(by.label)}"
    most = f"even the most unusual pair, {said(pair.part)} in {said(pair.group)} ({{value}} against {{baseline}}, difference {interval})"
    if small:
        return f"{head}, though by more than chance: {most}, is close to the rest; {w.sureness(pair.n)}."
    return f"{head}: {most}, is no more than chance allows; {w.sureness(pair.n)}; a share {{detectable}} apart would have shown."


def _second_opinion(study: Study, by: Cut, part: Cut, pair: Pairing) -> str:
    """Whether an exact test of the pair told, corrected for the pairs it was chosen from, says the same as the test of the whole."""
    table = study.crossed(by, part)
    corrected = counts.fisher_exact(*pair.cells) * int((table >= SMALLEST_CELL).sum())
    agrees = (corrected < DISSENT) == (pair.result.p_value < DISSENT)
    return opinion("An exact test (Fisher) of this pair, corrected for the pairs looked at,", agrees=agrees)


def _shares(study: Study, by: Cut, part: Cut, pair: Pairing, *, highlight: list[str]) -> Exhibit:
    """Return the chart of a value's share in every group."""
    share = f"avg(case when {part.equals(pair.part)} then 1.0 else 0.0 end)"
    known = f"{by.sql} is not null and {part.sql} is not null"
    rows = f"select {by.sql}, {share}, count(*) from {study.table} where {known} group by 1 order by 2 desc, 1 limit {EXHIBIT_ROWS}"
    return exhibit(
        study,
        "bar",
        rows,
        title=f"share of {said(pair.part)} by {said(by.label)}",
        labels=(by.label, f"share of {pair.part}"),
        columns=[by.name, "share", "records"],
        style=SHARE,
        highlight=highlight,
    )


METHOD = Method(
    name="composition",
    version="1",
    title="Categories that go together",
    needs="two categories and forty records",
    proposals=proposals,
    test=test,
    write=write,
)
