"""What reading decides: delimiters, encodings, numbers and dates as people write them, and the types plain DuckDB gives."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.analysis.dataset import Dataset, Role
from services.analysis.sources import open_dataset, reading, to_parquet
from services.analysis.sql import literal, quote_identifier
from services.analysis.workspace import Workspace
from shared.kit.hashing import sha256_hex


def read(folder: Path, content: str | bytes, name: str = "upload.csv") -> Dataset:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (dataset,) = open_dataset(path, folder=folder / "tables")
    return dataset


def values(dataset: Dataset, column: str) -> list[object]:
    with Workspace([dataset], threads=1) as workspace:
        return [v for (v,) in workspace.query(f"select {dataset.column(column).expression} from {quote_identifier(dataset.name)}")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    dataset = read(tmp_path, f"a{delimiter}b\n1{delimiter}x\n2{delimiter}y\n")
    assert [column.name for column in dataset.columns] == ["a", "b"]
    assert ("delimiter" in {note.code for note in dataset.notes}) == (delimiter != ",")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "name,n\nZoë,1\nÅsa,2\n"),
        ("utf-16", "name,n\nZoë,1\nÅsa,2\n"),
        ("utf-16-le", "name,n\nZoe,1\nAsa,2\n"),
        ("cp1252", "name,n\nJosé,1\nMüller – “x”,2\n"),
        ("cp1250", "name,n\nŁukasz,1\nŽižka,2\n"),
        ("cp1251", "имя,n\nИван Петров,1\nОльга Иванова,2\n"),
        ("gb18030", "姓名,城市\n张伟,北京\n王芳,上海\n"),
    ],
)
def test_encodings_are_found(tmp_path: Path, encoding: str, text: str) -> None:
    dataset = read(tmp_path, text.encode(encoding))
    header, *rows = list(csv.reader(io.StringIO(text)))
    assert [column.name for column in dataset.columns] == header
    assert values(dataset, header[0]) == [row[0] for row in rows]


@pytest.mark.parametrize(
    ("cells", "expected", "unit"),
    [
        (["1,5", "2,25", "1.204,75"], [1.5, 2.25, 1204.75], ""),
        (["1,204", "37,410", "12"], [1204, 37410, 12], ""),
        (["€1,204.50", "€3.00", "-€2"], [1204.5, 3.0, -2.0], "EUR"),
        (["1 204,50 EUR", "3,10 EUR", "7,00 EUR"], [1204.5, 3.1, 7.0], "EUR"),
        (["12%", "3.5%", "100%"], [12.0, 3.5, 100.0], "%"),
        (["(1,204)", "5", "1,000"], [-1204, 5, 1000], ""),
        (["\u22125,5", "3,5", "4,5"], [-5.5, 3.5, 4.5], ""),
        (["1'204.50", "3.10", "2.25"], [1204.5, 3.1, 2.25], ""),
        (["5", "n/a", "7"], [5, None, 7], ""),
    ],
)
def test_numbers_as_people_write_them(tmp_path: Path, cells: list[str], expected: list[float | None], unit: str) -> None:
    dataset = read(tmp_path, "x;k\n" + "".join(f"{cell};a\n" for cell in cells))
    column = dataset.column("x")
    assert column.type in {"number", "integer"}
    assert column.unit == unit
    assert values(dataset, "x") == expected


@pytest.mark.parametrize("cells", [["02013", "00501", "10001"], ["$1.50", "€2.50", "$3.50"], ["1.204,5", "1,204.5", "7,000.5"]])
def test_codes_mixed_currencies_and_contradictions_stay_text(tmp_path: Path, cells: list[str]) -> None:
    assert read(tmp_path, "x;k\n" + "".join(f"{cell};a\n" for cell in cells)).column("x").type == "text"


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["01.02.2020", "25.12.2020"], date(2020, 2, 1)),
        (["01/02/2020 10:00", "25/12/2020 11:30"], date(2020, 2, 1)),
        (["01/02/2020 10:00", "12/25/2020 11:30"], date(2020, 1, 2)),
        (["1/2/20 1:05 PM", "12/25/20 2:10 AM"], date(2020, 1, 2)),
        (["2-Jan-20", "25-Dec-20"], date(2020, 1, 2)),
        (["January 2, 2020", "December 25, 2020"], date(2020, 1, 2)),
        (["2020-02", "2020-12"], date(2020, 2, 1)),
    ],
)
def test_dates_as_people_write_them(tmp_path: Path, cells: list[str], first: date) -> None:
    dataset = read(tmp_path, "d;k\n" + "".join(f"{cell};{i}\n" for i, cell in enumerate(cells)))
    assert dataset.column("d").role is Role.TIME
    assert str(values(dataset, "d")[0])[:10] == first.isoformat()


def test_an_order_no_cell_shows_is_a_choice_that_is_said(tmp_path: Path) -> None:
    dataset = read(tmp_path, "d;k\n01/02/2020 10:00;1\n03/04/2020 11:00;2\n")
    assert {note.code for note in dataset.notes} >= {"ambiguous_dates"}


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("day", [20240131, 20231201], "2024-01-31"),
        ("year", [2021, 2022], "2021-01-01"),
        ("start_time", [1277719324, 1382608644], "2010-06-28 10:02:04"),
    ],
)
def test_whole_numbers_that_spell_dates_are_dates(tmp_path: Path, column: str, cells: list[int], expected: str) -> None:
    dataset = read(tmp_path, f"{column},k\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells)))
    assert dataset.column(column).role is Role.TIME
    assert str(values(dataset, column)[0]) == expected


def test_expressions_give_the_same_values_on_a_plain_read(tmp_path: Path) -> None:
    """A finding's query must run on `read_csv` of the upload with DuckDB's own settings."""
    rows = "".join(
        f'{i % 28 + 1:02}/{i % 12 + 1:02}/2023 08:00;"{i},5";{i % 7}%;{"Y" if i % 2 else "N"};20230{i % 9 + 1}15\n' for i in range(60)
    )
    dataset = read(tmp_path, f"d;x;p;ok;day\n{rows}", name="plain.csv")
    expressions = ", ".join(column.expression for column in dataset.columns)
    plain = duckdb.connect().execute(f"select {expressions} from read_csv({literal(str(tmp_path / 'plain.csv'))})").fetchall()
    with Workspace([dataset]) as workspace:
        assert workspace.query(f'select {expressions} from "plain"') == plain
    assert [column.type for column in dataset.columns] == ["timestamp", "number", "integer", "boolean", "date"]


def test_json_records_lines_and_wrapped_records(tmp_path: Path) -> None:
    records = [{"a": 1, "b": {"x": 1, "y": "k"}, "c": [1, 2]}, {"a": 2, "b": {"x": 3, "y": None}, "c": []}]
    lines = "\n".join(json.dumps(record) for record in records)
    for name, text in (("r.json", json.dumps(records)), ("l.jsonl", lines), ("w.json", json.dumps({"meta": 1, "rows": records}))):
        dataset = read(tmp_path, text, name=name)
        assert [column.name for column in dataset.columns] == ["a", "b.x", "b.y", "c"]
        assert values(dataset, "b.x") == [1, 3]
        assert values(dataset, "c") == ["[1,2]", "[]"]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table({"i": [1, 2], "s": [{"x": 1}, {"x": 2}], "c": pa.array(["u", "v"]).dictionary_encode(), "d": [date(2020, 1, 1), None]})
    pq.write_table(table, tmp_path / "t.parquet")
    (dataset,) = open_dataset(tmp_path / "t.parquet", folder=tmp_path / "tables")
    assert [(c.name, c.stored_type) for c in dataset.columns] == [("i", "BIGINT"), ("s.x", "BIGINT"), ("c", "VARCHAR"), ("d", "DATE")]


def test_the_hash_is_of_the_uploaded_bytes_and_the_table_can_be_kept(tmp_path: Path) -> None:
    content = "a;b\n1,5;x\n2,5;y\n"
    dataset = read(tmp_path, content)
    kept = to_parquet(dataset, tmp_path / "kept")
    assert dataset.sha256 == sha256_hex(content)
    assert kept.file.parent == tmp_path / "kept"
    with Workspace([Dataset.model_validate_json(kept.model_dump_json())]) as workspace:
        assert workspace.query('select "a", "b" from "upload"') == [("1,5", "x"), ("2,5", "y")]


def test_the_same_bytes_give_the_same_dataset(tmp_path: Path) -> None:
    content = "g,v,d\n" + "".join(f"g{i % 5},{i * 0.1:.3f},2024-01-{i % 28 + 1:02}\n" for i in range(500))
    first, second = read(tmp_path, content), read(tmp_path, content)
    assert first.model_dump_json() == second.model_dump_json()
    assert first.file.read_bytes() == second.file.read_bytes()


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=12)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12).map("w{}".format)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    names = draw(st.lists(NAMES, min_size=2, max_size=4, unique_by=str.lower))
    rows = draw(st.lists(st.lists(TEXTS, min_size=len(names), max_size=len(names)), min_size=2, max_size=8))
    return names, rows


@QUICK
@given(table=tables(), delimiter=st.sampled_from([",", ";", "\t", "|"]), end=st.sampled_from(["\n", "\r\n"]), mark=st.booleans())
def test_any_table_comes_through_any_dialect(
    tmp_path: Path, table: tuple[list[str], list[list[str]]], delimiter: str, end: str, mark: bool
) -> None:
    names, rows = table
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    dataset = read(tmp_path, sink.getvalue().encode("utf-8-sig" if mark else "utf-8"))
    assert [column.name for column in dataset.columns] == names
    with Workspace([dataset], threads=1) as workspace:
        assert workspace.query('select * from "upload"') == [tuple(row) for row in rows]


@QUICK
@given(numbers=st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=20), comma=st.booleans())
def test_any_numbers_come_through_either_decimal_mark(tmp_path: Path, numbers: list[int], comma: bool) -> None:
    written = [f"{number / 100:,.2f}" for number in numbers]
    if comma:
        written = [text.translate(str.maketrans(",.", ".,")) for text in written]
    dataset = read(tmp_path, "x;k\n" + "".join(f"{text};a\n" for text in written))
    assert values(dataset, "x") == pytest.approx([number / 100 for number in numbers])


def test_a_large_upload_gives_the_same_profile_without_being_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "g,v,d,t\n" + "".join(f"g{i % 5},{i * 0.1:.3f},2024-01-{i % 28 + 1:02},{i}\n" for i in range(5000))
    held = read(tmp_path, content)
    rows = pq.read_table(held.parquet).to_pydict()
    monkeypatch.setattr(reading, "IN_MEMORY_BYTES", 0)
    written = read(tmp_path, content)
    assert written.model_dump_json() == held.model_dump_json()
    assert pq.read_table(written.parquet).to_pydict() == rows
