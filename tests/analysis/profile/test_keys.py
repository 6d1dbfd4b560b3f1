"""Keys are measured; a join that would repeat rows is refused; what follows from joins is SQL over one table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.analysis.errors import JoinRefusedError
from services.analysis.profile.derived import backlog_over_time, derived_cuts, derived_measures
from services.analysis.profile.keys import KeyJoin, aggregated, find_joins, joined, looked_up
from services.analysis.profile.periods import Period, find_period_joins, find_periods
from services.analysis.sources import open_dataset
from services.analysis.workspace import Workspace

PEOPLE = ["Ada Ames", "Bo Boyd", "Cy Cole", "Di Dahl"]
FILES = {
    # Every fifth case is not closed; person i opens on day i of each month.
    "cases": "case,owner,device,opened,closed\n"
    + "".join(
        f"C-{i:04},{PEOPLE[i % 4]},{['Acme', 'Bolt'][i % 2]} M{i % 40},2024-{i % 6 + 1:02}-{i % 28 + 1:02},"
        + (f"2024-{i % 6 + 2:02}-{i % 28 + 1:02}\n" if i % 5 else "\n")
        for i in range(240)
    ),
    "people": "name,team,since\n" + "".join(f"{name},{'Red' if i % 2 else 'Blue'},2020-01-{i + 1:02}\n" for i, name in enumerate(PEOPLE)),
    # Two absences of Ada, one of Bo.
    "absences": "name,away_from,away_to\nAda Ames,2024-01-01,2024-01-31\nAda Ames,2024-03-01,2024-03-31\nBo Boyd,2024-02-01,2024-02-28\n",
    "stores": "id,town,opened_year\n" + "".join(f"{i},Town {i},20{10 + i}\n" for i in range(1, 9)),
    "sales": "store_id,quantity\n" + "".join(f"{i % 8 + 1},{i % 7 + 1}\n" for i in range(100)),
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder: Path = tmp_path_factory.mktemp("keys")
    datasets = []
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text)
        datasets += open_dataset(folder / f"{name}.csv", folder=folder / "tables")
    with Workspace(datasets, threads=1) as opened:
        yield opened


def found(workspace: Workspace, table: str, target: str) -> KeyJoin:
    return next(join for join in find_joins(workspace) if (join.table, join.target) == (table, target))


def test_references_are_found_by_their_values(workspace: Workspace) -> None:
    join = found(workspace, "cases", "people")
    assert (join.column, join.target_column, join.contained, join.matched, join.keeps_rows) == ("owner", "name", 1.0, 1.0, True)


def test_whole_numbers_need_names_that_agree(workspace: Workspace) -> None:
    join = found(workspace, "sales", "stores")
    assert (join.column, join.target_column) == ("store_id", "id")
    assert all(j.column != "quantity" for j in find_joins(workspace))  # 1 to 7 are all store ids, by chance


def test_a_join_repeats_no_row(workspace: Workspace) -> None:
    join = found(workspace, "cases", "people")
    assert workspace.scalar(f"select count(*) from ({joined(workspace, join, ['team', 'since'])})") == 240
    rows = workspace.query(f'select "people.team", count(*) from ({joined(workspace, join, ["team"])}) group by 1 order by 1')
    assert rows == [("Blue", 120), ("Red", 120)]


def test_a_join_that_would_repeat_rows_is_refused_or_aggregated_first(workspace: Workspace) -> None:
    join = KeyJoin(table="people", column="name", target="absences", target_column="name", contained=0.5, matched=0.5, repeats=2)
    with pytest.raises(JoinRefusedError, match="up to 2 rows for one name"):
        joined(workspace, join, ["away_from"])
    with pytest.raises(JoinRefusedError):
        looked_up(workspace, join, "away_from")
    sql = aggregated(workspace, join, {"times away": "count(*)"})
    assert workspace.query(f'select name, "times away" from ({sql}) order by name') == [
        ("Ada Ames", 2),
        ("Bo Boyd", 1),
        ("Cy Cole", None),
        ("Di Dahl", None),
    ]


def test_periods_are_ordered_pairs_of_dates(workspace: Workspace) -> None:
    periods = find_periods(workspace)
    assert Period(table="absences", start="away_from", end="away_to") in periods
    assert Period(table="cases", start="opened", end="closed") in periods
    assert Period(table="absences", start="away_to", end="away_from") not in periods


def test_events_inside_periods_are_counted_once_each(workspace: Workspace) -> None:
    join = next(j for j in find_period_joins(workspace, find_joins(workspace)) if (j.event, j.period.table) == ("opened", "absences"))
    away = {"Ada Ames": {1, 3}, "Bo Boyd": {2}}
    expected = sum(i % 6 + 1 in away.get(PEOPLE[i % 4], set()) for i in range(240))
    assert join.inside == expected
    measure = next(m for m in derived_measures(workspace, workspace.dataset("cases"), periods=[join]) if m.kind == "inside")
    assert workspace.scalar(f"select sum({measure.expression}) from cases") == expected


def test_periods_written_inside_text_are_read(tmp_path: Path) -> None:
    (tmp_path / "shifts.csv").write_text(
        'name,plan\nAda,"[(2024-01-01, 2024-01-10), (2024-02-01, 2024-02-10)]"\nBo,"[(2024-01-05, 2024-01-06)]"\n'
    )
    (tmp_path / "calls.csv").write_text("name,at\nAda,2024-01-05\nAda,2024-01-20\nAda,2024-02-05\nBo,2024-01-05\nBo,2024-02-05\n")
    datasets = [d for name in ("calls", "shifts") for d in open_dataset(tmp_path / f"{name}.csv", folder=tmp_path / "tables")]
    with Workspace(datasets) as workspace:
        (join,) = find_period_joins(workspace, find_joins(workspace))
        assert (join.period, join.matched, join.inside) == (Period(table="shifts", start="plan"), 5, 3)


def test_tenure_backlog_and_looked_up_cuts_are_derived(workspace: Workspace) -> None:
    cases, joins = workspace.dataset("cases"), find_joins(workspace)
    measures = {m.name: m for m in derived_measures(workspace, cases, joins)}
    tenure, backlog = measures["tenure(owner.since -> opened)"], measures["backlog(opened -> closed)"]
    assert workspace.scalar(f"select {tenure.expression} from cases where \"case\" = 'C-0000'") == 1461.0  # 2020-01-01 to 2024-01-01
    assert workspace.scalar(f"select avg({backlog.expression}) from cases") == pytest.approx(48 / 240)
    cuts = {c.name: c for c in derived_cuts(workspace, cases, joins)}
    assert workspace.query(f"select {cuts['first_word(device)'].expression}, count(*) from cases group by 1 order by 1") == [
        ("Acme", 120),
        ("Bolt", 120),
    ]
    assert workspace.query(f"select {cuts['owner.team'].expression}, count(*) from cases group by 1 order by 1") == [
        ("Blue", 120),
        ("Red", 120),
    ]


def test_the_backlog_at_the_end_of_each_month_is_what_was_opened_and_not_closed(workspace: Workspace) -> None:
    cases = workspace.dataset("cases")
    rows = workspace.query(backlog_over_time(cases, cases.column("opened"), cases.column("closed")))
    opened = [(i % 6 + 1, i % 6 + 2 if i % 5 else 99) for i in range(240)]
    assert [n for _, n in rows] == [sum(start <= month < end for start, end in opened) for month in range(1, 7)]
