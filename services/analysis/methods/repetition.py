"""Duplicated records: rows that agree in everything that describes them, more often than chance would have it."""

import math
from dataclasses import dataclass

from services.analysis.dataset import ColumnProfile, Role
from services.analysis.findings import Finding
from services.analysis.goal import Interest
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.study import Study
from services.analysis.writing import COUNTED, SHARE, Writer, exhibit, said

DESCRIBING = frozenset(
    {Role.CATEGORY, Role.RATE, Role.BOOLEAN, Role.GEOGRAPHY, Role.MEASURE, Role.CURRENCY, Role.PERCENTAGE, Role.FREE_TEXT}
)
CHANCE = 0.5  # repeated pairs expected of independent columns above which repetition is no news


@dataclass(frozen=True)
class Repeats:
    """Groups of rows that agree: how many groups, how many rows they hold, the largest, and whether chance explains them."""

    groups: int
    rows: int
    largest: int
    expected_pairs: float


def proposals(study: Study, interest: Interest) -> list[Params]:
    """One look over all columns that describe a record."""
    del interest
    columns = [c.name for c in study.dataset.columns if c.role in DESCRIBING and c.present > 0]
    return [{"columns": columns}] if len(columns) >= 3 else []


def test(study: Study, params: Params) -> Candidate | None:
    """Count the rows that agree in `params["columns"]`."""
    columns = [study.dataset.column(name) for name in params["columns"]]
    grouped = _grouped(study, columns)
    groups, rows, largest = study.workspace.query(f"select count(*), coalesce(sum(n), 0), coalesce(max(n), 0) from ({grouped})")[0]
    expected = _expected_pairs(study, columns)
    if not groups or expected > CHANCE:
        return None
    repeats = Repeats(int(groups), int(rows), int(largest), expected)
    share = repeats.rows / max(1, study.dataset.rows)
    return Candidate(
        method="repetition",
        params={"columns": list(params["columns"])},
        columns=tuple(params["columns"]),
        p_value=None,
        effect=min(1.0, 0.3 + 5 * share),
        coverage=share,
        topic=("repetition",),
        detail=repeats,
        interest=1.6,
    )


def _grouped(study: Study, columns: list[ColumnProfile]) -> str:
    keys = ", ".join(c.expression for c in columns)
    return f"select {keys}, count(*) as n from {study.table} group by all having count(*) > 1"


def _expected_pairs(study: Study, columns: list[ColumnProfile]) -> float:
    """Pairs of rows that would agree in every column if columns were independent: n (n - 1) / 2 times the chance per column."""
    rows = study.dataset.rows
    log = math.log(max(1.0, rows * (rows - 1) / 2))
    for column in columns:
        inner = f"select count(*)::double as n from {study.table} group by {column.expression}"
        agree = study.workspace.scalar(f"select sum(n * (n - 1)) from ({inner})") or 0.0
        log += math.log(max(float(agree), 0.5) / max(1.0, rows * (rows - 1.0)))
    return math.exp(log)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say how many records are repeated, and which most often."""
    repeats: Repeats = candidate.detail
    columns = [study.dataset.column(name) for name in candidate.params["columns"]]
    w = Writer(study, candidate, outcome)
    grouped = _grouped(study, columns)
    query = f"select sum(n) from ({grouped})"
    w.sql("value", "records that are repeated", query, COUNTED)
    w.sql("groups", "groups of identical records", f"select count(*) from ({grouped})", COUNTED)
    w.sql("largest", "records in the largest group", f"select max(n) from ({grouped})", COUNTED)
    w.sql("total", "all records", f"select count(*) from {study.table}", COUNTED)
    w.formula("share", "share of records that are repeated", "value / total", w.facts["value"].value / w.facts["total"].value, SHARE)
    shown = sorted(columns, key=lambda c: (c.role is Role.FREE_TEXT, c.position))[:4]
    keys = " || ' · ' || ".join(f"coalesce(cast({c.expression} as varchar), '')" for c in shown)
    every = ", ".join(c.expression for c in columns)
    repeated = f"{study.table} group by {every} having count(*) > 1"
    rows = f"select any_value({keys}) as record, count(*) as n from {repeated} order by 2 desc, 1 limit 20"
    groups = "one group" if repeats.groups == 1 else "{groups} groups"
    names = ", ".join(said(c.name) for c in columns[:4]) + (" and more" if len(columns) > 4 else "")
    return w.finding(
        kind="data_quality",
        template=(
            "{value} records ({share} of {total}) are duplicates of one another in "
            f"{groups} that agree in {names}; the largest holds {{largest}}. "
            "Independent entries would hardly ever agree in all of these."
        ),
        n=study.dataset.rows,
        query=query,
        baseline=float(repeats.largest),
        effect_size=w.facts["share"].value,
        effect_name="share of records",
        strength="descriptive",
        exhibit=exhibit(
            study, "bar", rows, title="repeated records", labels=("record", "times"), columns=["record", "times"], style=COUNTED
        ),
    )


METHOD = Method(
    name="repetition",
    version="1",
    title="Duplicates and suspicious repetition",
    needs="at least three columns that describe a record",
    proposals=proposals,
    test=test,
    write=write,
)
