"""The same problem on another engine: the same profile, findings in the same order with the same numbers, and queries that give them."""

# ruff: noqa: E501 (a query is read in one line)
import math

import pytest

from services.analysis.engines.contract import Engine
from services.analysis.findings import Insights
from services.analysis.insights import analyze, run_method
from services.analysis.profile import profile_table
from services.analysis.sql import quote_identifier
from services.analysis.study import SAMPLE_ROWS
from services.analysis.tables import Dataset, Workspace
from tests.analysis.engines.conftest import Opened
from tests.analysis.engines.equal import differences, same_cell, same_number

GOAL = "Why do repairs take so many hours, and what makes them cost more?"
TOLD = 25


@pytest.fixture(scope="session")
def on_duckdb(repairs: list[Dataset]) -> Insights:
    with Workspace(repairs) as workspace:
        return analyze(workspace, GOAL, limit=TOLD)


@pytest.fixture(scope="session")
def engine(opened: Opened, repairs: list[Dataset]) -> Engine:
    return opened(repairs)


@pytest.fixture(scope="session")
def elsewhere(engine: Engine, repairs: list[Dataset]) -> Insights:
    return analyze(Workspace(repairs, engine=engine), GOAL, limit=TOLD)


def test_the_profile_is_the_same(engine: Engine, repairs: list[Dataset]) -> None:
    for dataset in repairs:
        rows, columns, notes = profile_table(engine, quote_identifier(dataset.name))
        assert rows == dataset.rows
        assert [note.sentence for note in notes] == [note.sentence for note in dataset.notes[-len(notes) :]]
        assert list(differences([c.model_dump() for c in dataset.columns], [c.model_dump() for c in columns])) == []


def test_the_findings_are_the_same(on_duckdb: Insights, elsewhere: Insights) -> None:
    assert len(on_duckdb.findings) == TOLD
    assert len({finding.method for finding in on_duckdb.findings}) >= 6
    assert [f.id for f in elsewhere.findings] == [f.id for f in on_duckdb.findings]
    assert list(differences(on_duckdb.model_dump(mode="json"), elsewhere.model_dump(mode="json"))) == []


def test_every_query_gives_its_number(engine: Engine, repairs: list[Dataset], elsewhere: Insights) -> None:
    workspace = Workspace(repairs, engine=engine)
    asked = [fact for finding in elsewhere.findings for fact in finding.facts if fact.query]
    assert len(asked) >= 20
    for fact in asked:
        assert fact.query is not None
        found = float(workspace.scalar(fact.query))
        assert math.isclose(found, fact.value, rel_tol=1e-9, abs_tol=1e-12), fact.query


def test_a_method_run_again_gives_the_same_facts(engine: Engine, repairs: list[Dataset], elsewhere: Insights) -> None:
    finding = elsewhere.findings[0]
    (again,) = run_method(Workspace(repairs, engine=engine), finding.method, dict(finding.params))
    assert list(differences([f.model_dump(mode="json") for f in finding.facts], [f.model_dump(mode="json") for f in again.facts])) == []


@pytest.mark.parametrize(("table", "measure", "by"), [("readings", "value", "site"), ("repeated", "faults", "kind")])
def test_of_a_large_table_the_same_rows_are_tested(
    opened: Opened, request: pytest.FixtureRequest, table: str, measure: str, by: str
) -> None:
    datasets: list[Dataset] = request.getfixturevalue(table)
    assert datasets[0].rows > SAMPLE_ROWS
    params = {"measure": measure, "by": by, "where": {}}
    with Workspace(datasets) as workspace:
        here = run_method(workspace, "level", params)
    there = run_method(Workspace(datasets, engine=opened(datasets)), "level", params)
    assert here
    assert list(differences([f.model_dump(mode="json") for f in here], [f.model_dump(mode="json") for f in there])) == []


# What engines write or mean otherwise, over the columns of `repairs`; each is one query.
EXPRESSIONS = (
    "count(*) filter (grade > 2), count(distinct grade), sum(grade), avg(grade), sum(grade) / count(*), min(grade) / 2, 7 // 2, 7 % 4",
    'quantile_cont("hours spent", [0.05, 0.5, 0.95]), quantile_cont("hours spent", 0.25), median("hours spent"), quantile_disc(grade, 0.5)',
    'stddev_samp("hours spent"), skewness("hours spent"), corr("hours spent", grade), regr_slope("hours spent", grade), mode(grade)',
    "min(epoch(ended)), max(dayname(ended)), max(monthname(ended)), max(isodow(ended)), max(month(ended)), max(quarter(ended)), max(year(ended))",
    "min(date_trunc('month', ended)::date), max(date_trunc('week', ended)::date), max(strftime(date_trunc('quarter', ended), '%Y-%m-%d'))",
    "quantile_disc(ended, 0.5)::date, min(ended) + interval 90 day > timestamp '2022-03-01', max(ended::varchar)",
    "sum((ended is not null)::int), max((ended is null)::int::double), sum((1.6)::bigint), sum((grade / 2.0)::bigint), max(2.5::double::bigint)",
    "count(*) filter (regexp_matches(lower(note), '(^|[^\\pL])größe($|[^\\pL])')), count(*) filter (regexp_matches(note, '\\s[a-z]+$'))",
    "max(regexp_extract(repair, '^([A-Z])[0-9]', 1)), max(regexp_extract(repair, 'x', 0)), max(regexp_replace(repair, '^(.)(.)', '\\2-\\1'))",
    "max(coalesce(list_position(['open', 'it''s', 'closed'], state), 0)), max(list_position([3, 2, 1], grade)), min(length(note))",
    "max(grade::double::varchar), max((1e15 * grade)::varchar), max((grade / 1e5)::varchar), max((1e20 / grade)::varchar), max((1e8 + 0.5)::varchar)",
    "max(1 / (grade - grade)), min(-1 / (grade - grade)), count(*) filter (isfinite(1 / (grade - 1)))",
    "max(try_cast(repair as double)), max(try_cast(' 1e2 ' as double)), max(try_cast('12.6' as bigint)), max(try_cast(left(note, 0) as bigint))",
    "round(avg(grade), 3), round(avg(grade) * 100), floor(avg(grade)), trunc(-1.7), abs(-2.5), least(3, 2), least(4), exp(-1e9), power(2.5, 2)",
    'arg_min("hours spent", "hours spent"), arg_max(state, repair)',
    "'Q' || max(quarter(ended)), max('it''s \\ 100%'), max(state) || null, nullif(max(state), 'x'), greatest(max(grade), 2)",
)


@pytest.mark.parametrize("expressions", EXPRESSIONS)
def test_words_mean_the_same(engine: Engine, repairs: list[Dataset], expressions: str) -> None:
    query = f'select {expressions} from "repairs"'
    with Workspace(repairs) as here:
        expected = here.query(query)
    found = Workspace(repairs, engine=engine).query(query)
    assert all(same_cell(a, b) for a, b in zip(expected[0], found[0], strict=True)), (expected, found)


@pytest.mark.parametrize(
    "query",
    [
        'select * from "repairs" where rowid < 3',
        'select repair from "repairs"',
        'select state, count(*) from "repairs" group by all having count(*) > 1 order by 2 desc, 1',
        'select grade, row_number() over (order by grade desc, repair) as i from "repairs" order by ended desc, repair limit 5',
        'select ended, state from "repairs" order by ended, repair limit 3',
        'select lower(note), "area [km""2]" from "repairs" order by note, repair limit 4',
        'select count(*) filter (machine in (select machine from "machines" where kind = \'press\')) from "repairs"',
        'select avg(((epoch(ended) - epoch((select min(r.bought) from "machines" r where r.machine = "repairs".machine))) / 86400.0)) from "repairs"',
        'select sum((exists (select 1 from "repairs" r where r.machine = "machines".machine and bought between r.ended and r.ended))::int) from "machines"',
        "select d, sum(w * n) from (values (date '2022-01-01', 0.5), (date '2022-02-01', 0.25)) as t(d, w), (select count(*) as n from machines) group by d order by d",
    ],
)
def test_rows_come_alike_and_in_the_same_order(engine: Engine, repairs: list[Dataset], query: str) -> None:
    with Workspace(repairs) as here:
        expected = here.query(query)
    found = Workspace(repairs, engine=engine).query(query)
    assert [len(row) for row in found] == [len(row) for row in expected]
    assert all(same_cell(a, b) for a, b in zip(expected, found, strict=True)), (expected[:3], found[:3])


def test_numbers_are_compared_and_not_only_words() -> None:
    assert same_number(1.0, 1.0 + 1e-12)
    assert list(differences({"a": "12.5 hours", "b": [1]}, {"a": "12.6 hours", "b": [1.1]})) == [
        ".a: 12.5 hours and 12.6 hours",
        ".b[0]: 1 and 1.1",
    ]
