"""How tables were put together is said, with what was refused."""

from pathlib import Path

from services.analysis.insights import analyze
from services.analysis.profile.key_notes import key_notes
from services.analysis.sources import open_dataset
from services.analysis.workspace import Workspace

FILES = {
    "calls": "call,who,at,length\n"
    + "".join(f"C{i:03},{['Ada', 'Bo', 'Cy', 'Di'][i % 4]},2024-0{i % 3 + 1}-{i % 27 + 1:02},{i % 9}\n" for i in range(81)),
    "staff": "name,team\nAda,Red\nBo,Blue\nCy,Red\n",
    "away": "name,first,last\nAda,2024-01-01,2024-01-31\nAda,2024-03-01,2024-03-31\nBo,2024-02-01,2024-02-28\n",
}


def opened(folder: Path, *names: str) -> Workspace:
    for name in names:
        (folder / f"{name}.csv").write_text(FILES[name])
    return Workspace([d for name in names for d in open_dataset(folder / f"{name}.csv", folder=folder / "tables")], threads=1)


def test_joins_and_periods_are_said_by_the_table_whose_rows_are_kept(tmp_path: Path) -> None:
    with opened(tmp_path, "calls", "away") as workspace:
        notes = key_notes(workspace)
        inside = workspace.scalar(
            "select count(*) from calls where exists (select 1 from away where name = who and calls.at between first and last)"
        )
        known = workspace.scalar("select count(*) from calls where who in (select name from away)")
        (sentence,) = notes.pop("calls")
        assert sentence.startswith(
            'Read against the periods of "away" (from "first" to "last") by "who" = "name": "at" lies inside one in '
        )
        assert sentence.endswith(f" {inside} of {known} rows whose key is found there; no row is repeated.")
        assert notes == {}
        assert analyze(workspace, "length").datasets[0].notes[-1] == sentence


def test_a_join_says_how_much_it_found(tmp_path: Path) -> None:
    with opened(tmp_path, "away", "staff") as workspace:
        assert key_notes(workspace)["away"] == [
            'Joined to "staff" by "name" = "name": 100% of the rows that have a value find theirs, one row each.'
        ]


def test_a_join_that_would_repeat_rows_is_said_to_be_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("code,amount\n" + "".join(f"K{i:03},{i}\n" for i in range(60)))
    (tmp_path / "lines.csv").write_text("code,weight\n" + "".join(f"K{i // 2 if i < 4 else i:03},{i % 7}\n" for i in range(160)))
    datasets = [d for name in ("orders", "lines") for d in open_dataset(tmp_path / f"{name}.csv", folder=tmp_path / "tables")]
    with Workspace(datasets, threads=1) as workspace:
        assert key_notes(workspace)["orders"] == [
            'Not joined to "lines" by "code" = "code": it holds up to 2 rows for one value, and rows would be counted more than once.'
        ]


def test_a_single_table_has_nothing_to_say(tmp_path: Path) -> None:
    with opened(tmp_path, "staff") as workspace:
        assert key_notes(workspace) == {}
