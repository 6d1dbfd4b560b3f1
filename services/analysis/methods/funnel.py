"""Funnel: stages that follow each other, what share goes on at each, where most are lost, and who is lost there."""

import itertools
from dataclasses import dataclass

import numpy as np

from services.analysis.asked import cuts_asked
from services.analysis.dataset import ColumnProfile, Role
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import humanize
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import DISSENT, opinion
from services.analysis.sql import literal
from services.analysis.statistics import counts
from services.analysis.statistics.tails import Result
from services.analysis.study import Study
from services.analysis.writing import COUNTED, POINTS, SHARE, Writer, comparative, exhibit, group_words, said

FEWEST = 60
FEWEST_STAGES = 2  # beside the records themselves
LEAKS = 0.02  # share of a stage that may have skipped the one before
LOST = 0.05  # share that a stage must lose, or it is none
MOST_STAGES, MOST_CUTS, MOST_GROUPS, SMALLEST_GROUP = 6, 4, 12, 10


@dataclass(frozen=True)
class Passing:
    """How many reach the stage before and the stage, and, by group, who stands out in going on (None: all records)."""

    reached: tuple[int, ...]
    narrowest: int
    group: str | None = None
    overall: Result | None = None
    contrast: Result | None = None


def proposals(study: Study, interest: Interest) -> list[Params]:
    """The chain of stages in the table's dates, and that in its yes/no columns; then the cuts most asked about at its narrowest place."""
    found: list[Params] = []
    for columns in ([c for c in study.dataset.columns if c.is_time], [c for c in study.dataset.columns if _yes_or_no(c)]):
        stages = _chain(study, columns)
        if len(stages) < FEWEST_STAGES:
            continue
        found.append({"measure": "count", "stages": stages})
        own = set(stages)
        cuts = [c for c in study.groupings if len(c.values) <= MOST_GROUPS and not own & set(c.columns) and not c.status]
        asked = cuts_asked(interest, cuts)[:MOST_CUTS]
        found += [{"measure": "count", "stages": stages, "by": cut.name} for cut in asked]
    return found


def _yes_or_no(column: ColumnProfile) -> bool:
    return column.role is Role.BOOLEAN and column.distinct == 2


def reached(column: ColumnProfile) -> str:
    """Return SQL that is true where a record has reached the stage: it has the date, or a yes."""
    return f"({column.expression} is not null)" if column.is_time else f"coalesce(cast({column.expression} as integer), 0) = 1"


def _chain(study: Study, columns: list[ColumnProfile]) -> list[str]:
    """Return the names of columns each of which is reached only where the one before is, and by clearly fewer records."""
    if len(columns) < FEWEST_STAGES or study.dataset.rows < FEWEST:
        return []
    columns = columns[: 2 * MOST_STAGES]
    pairs = [(a, b) for a in columns for b in columns if a is not b]
    parts = [f"count(*) filter ({reached(c)})" for c in columns]
    parts += [f"count(*) filter ({reached(b)} and not {reached(a)})" for a, b in pairs]
    row = [int(x) for x in study.workspace.query(f"select {', '.join(parts)} from {study.table}")[0]]
    size = dict(zip([c.name for c in columns], row, strict=False))
    skipped = {(a.name, b.name): n for (a, b), n in zip(pairs, row[len(columns) :], strict=True)}
    chain: list[str] = []
    for name in sorted(size, key=lambda c: -size[c]):
        before = size[chain[-1]] if chain else study.dataset.rows
        if size[name] < 10 or size[name] > (1 - LOST) * before:
            continue
        # Where nearly all reach the stage before, hardly any could skip it: that is no sign of an order.
        by_chance = size[name] * (1 - before / study.dataset.rows)
        if not chain or (skipped[chain[-1], name] <= LEAKS * size[name] and skipped[chain[-1], name] <= 0.2 * by_chance):
            chain.append(name)
    return chain[:MOST_STAGES]


def test(study: Study, params: Params) -> Candidate | None:
    """Measure how many reach each of `params["stages"]`; with `params["by"]`, test whether its groups go on alike at the narrowest."""
    columns = [study.dataset.column(name) for name in params["stages"]]
    parts = ", ".join(f"count(*) filter ({reached(c)})" for c in columns)
    row = study.workspace.query(f"select count(*), {parts} from {study.table}")[0]
    sizes = tuple(int(x) for x in row)
    narrowest = int(np.argmin([b / max(1, a) for a, b in itertools.pairwise(sizes)]))
    by = params.get("by")
    passing = Passing(sizes, narrowest) if by is None else _by_group(study, columns, sizes, narrowest, by)
    if passing is None or sizes[narrowest] < FEWEST:
        return None
    cut = None if by is None else study.cuts[by]
    return Candidate(
        method="funnel",
        params=dict(params),
        columns=tuple(dict.fromkeys([*(cut.columns if cut else ()), *(params["stages"] if cut is None else _pair(params, narrowest))])),
        p_value=None if passing.overall is None else passing.overall.p_value,
        effect=0.4 if passing.overall is None else passing.overall.effect_size,
        coverage=1.0 if cut is None else sizes[narrowest] / max(1, sizes[0]),
        topic=("funnel", str(by), *params["stages"]),
        detail=passing,
        entities=() if passing.group is None else (passing.group,),
        silent=True,
        interest=0.9,
    )


def _pair(params: Params, narrowest: int) -> list[str]:
    """The names of the stages on both sides of the narrowest place; the first stage has only records before it."""
    stages: list[str] = params["stages"]
    return stages[max(0, narrowest - 1) : narrowest + 1]


def _entry(columns: list[ColumnProfile], narrowest: int) -> str:
    return reached(columns[narrowest - 1]) if narrowest else "true"


def _by_group(study: Study, columns: list[ColumnProfile], sizes: tuple[int, ...], narrowest: int, by: str) -> Passing | None:
    cut = study.cuts[by]
    gone_on = reached(columns[narrowest])
    query = f"select {cut.sql} as g, count(*), count(*) filter ({gone_on}) from {study.table}"
    rows = study.workspace.query(
        f"{query}{study.condition({}, _entry(columns, narrowest), f'{cut.sql} is not null')} group by 1 order by 1"
    )
    kept = [(str(g), float(n), float(on)) for g, n, on in rows if n >= SMALLEST_GROUP and str(g) in cut.values]
    if len(kept) < 2:
        return None
    n, on = np.array([k[1] for k in kept]), np.array([k[2] for k in kept])
    overall = counts.independence(np.column_stack([on, n - on]))
    rest_on, rest_n = on.sum() - on, n.sum() - n
    spread = np.abs(on / n - rest_on / rest_n) * np.sqrt(n)
    place = int(np.argmax(np.round(spread, 9)))
    contrast = counts.two_proportions(float(on[place]), float(n[place]), float(rest_on[place]), float(rest_n[place]))
    return Passing(sizes, narrowest, kept[place][0], overall, contrast)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say what share reaches each stage and where most are lost; by group, who goes on least or most there."""
    passing: Passing = candidate.detail
    if passing.group is not None and not outcome.significant:
        return None
    columns = [study.dataset.column(name) for name in candidate.params["stages"]]
    w = Writer(study, candidate, outcome)
    return _whole(study, w, columns, passing) if passing.group is None else _group(study, w, columns, passing)


def _words(columns: list[ColumnProfile], place: int) -> str:
    return "the record" if place < 0 else said(humanize(columns[place].name))


def _whole(study: Study, w: Writer, columns: list[ColumnProfile], passing: Passing) -> Finding:
    k = passing.narrowest
    for i, column in enumerate(columns):
        w.sql(
            f"stage_{'abcdef'[i]}", f"share that reaches {column.name}", f"select avg(({reached(column)})::int) from {study.table}", SHARE
        )
    query = f"select avg(({reached(columns[k])})::int) from {study.table}{study.condition({}, _entry(columns, k))}"
    w.sql("value", f"share that goes on to {columns[k].name}", query, SHARE)
    listed = ", ".join(f"{{stage_{'abcdef'[i]}}} reach {_words(columns, i)}" for i in range(len(columns)))
    return w.finding(
        kind="funnel",
        template=(
            f"Of all records {listed}; most are lost between {_words(columns, k - 1)} and {_words(columns, k)}, where {{value}} go on; "
            f"{w.sureness(passing.reached[0])}."
        ),
        n=passing.reached[0],
        query=query,
        measure="count",
        by=[c.name for c in columns],
        direction="lower",
        strength="descriptive",
        exhibit=_stages(study, columns),
        robustness=opinion("Counting those lost instead of their share", agrees=_most_lost(passing) == k),
        assumptions=["records of late may not have had the time for the later stages"] if columns[0].is_time else [],
    )


def _most_lost(passing: Passing) -> int:
    return int(np.argmax([a - b for a, b in itertools.pairwise(passing.reached)]))


def _group(study: Study, w: Writer, columns: list[ColumnProfile], passing: Passing) -> Finding:
    cut, k, group = study.cuts[w.candidate.params["by"]], passing.narrowest, passing.group
    assert group is not None
    assert passing.contrast is not None
    assert passing.overall is not None
    gone_on, entry = f"avg(({reached(columns[k])})::int)", _entry(columns, k)
    query = f"select {gone_on} from {study.table}{study.condition({}, entry, cut.equals(group))}"
    value = w.sql("value", f"share of {group} that goes on", query, SHARE)
    others = f"select {gone_on} from {study.table}{study.condition({}, entry, cut.equals(list(cut.values)), f'not ({cut.equals(group)})')}"
    baseline = w.sql("baseline", "share of all others that goes on", others, SHARE)
    w.formula("difference", "difference", "value - baseline", value - baseline, {**POINTS, "signed": True})
    interval = w.interval("difference", passing.contrast.ci_low, passing.contrast.ci_high, {**POINTS, "signed": True})
    n = passing.overall.n
    word = comparative(study.measures["count"], higher=value > baseline)
    return w.finding(
        kind="funnel",
        template=(
            f"{word[0].upper()}{word[1:]} of {group_words(cut, group)} go on from {_words(columns, k - 1)} to {_words(columns, k)}: "
            f"{{value}} against {{baseline}} of the others ({{difference}}; {interval}), {w.sureness(n)}."
        ),
        n=n,
        query=query,
        measure="count",
        by=[cut.name],
        entities={cut.name: group},
        direction="higher" if value > baseline else "lower",
        baseline=baseline,
        effect_size=passing.overall.effect_size,
        effect_name=passing.overall.effect_name,
        test=passing.overall.test,
        statistic=passing.overall.statistic,
        n_dropped=passing.reached[k] - n,
        dropped_why="records without a group, or of groups too small to compare" if passing.reached[k] > n else "",
        strength="association",
        exhibit=_stages(study, columns),
        robustness=opinion("A test of this group against all others alone", agrees=passing.contrast.p_value < DISSENT),
        assumptions=list(passing.overall.assumptions),
    )


def _stages(study: Study, columns: list[ColumnProfile]) -> Exhibit:
    parts = " union all ".join(
        f"select {i + 1} as i, {literal(humanize(c.name))} as stage, count(*) filter ({reached(c)}) as n from {study.table}"
        for i, c in enumerate(columns)
    )
    query = f"select stage, n from (select 0 as i, 'records' as stage, count(*) as n from {study.table} union all {parts}) order by i"
    return exhibit(
        study, "bar", query, title="Records that reach each stage", labels=("stage", "records"), columns=["stage", "n"], style=COUNTED
    )


METHOD = Method(
    name="funnel",
    version="1",
    title="Funnel",
    needs="two or more dates or yes/no columns, each reached only where the one before is",
    proposals=proposals,
    test=test,
    write=write,
)
