"""The data pack: the same bytes every time, a manifest that is right, every number of the deck, and nothing a spreadsheet would run."""

import csv
import hashlib
import io
import json
import zipfile

import pytest

from services.decks.model import Deck
from services.solving.deliverables.behind import Behind, PackedFile
from services.solving.deliverables.pack import data_pack
from shared.kit.spreadsheet import Cell, csv_bytes, inert
from tests.decks.example import example_deck

NOTEBOOK = PackedFile("notebooks/01-x.ipynb", "application/x-ipynb+json", "Computes again", b"{}\n")
QUERY = PackedFile("sql/01-x.sql", "application/sql", "Every query", b"SELECT 1;\n")
BEHIND = Behind(None, (QUERY, NOTEBOOK))


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def deck() -> Deck:
    return example_deck()


def test_the_same_content_gives_the_same_bytes_in_whatever_order_it_was_read(deck: Deck) -> None:
    assert data_pack(deck, BEHIND) == data_pack(deck, Behind(None, (NOTEBOOK, QUERY)))


def test_the_manifest_lists_every_file_with_its_hash(deck: Deck) -> None:
    files = unpacked(data_pack(deck, BEHIND))
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["problem_id"] == deck.problem_id
    assert {one["path"]: (one["sha256"], one["size"]) for one in manifest["files"]} == {
        path: (hashlib.sha256(content).hexdigest(), len(content)) for path, content in files.items()
    }
    assert files["sql/01-x.sql"] == QUERY.content
    assert {"README.md", "findings.json", "numbers.csv", "notebooks/01-x.ipynb"} <= files.keys()


def test_every_number_of_the_deck_is_in_it_with_its_page(deck: Deck) -> None:
    files = unpacked(data_pack(deck, BEHIND))
    rows = list(csv.DictReader(io.StringIO(files["numbers.csv"].decode())))
    shown = {row["key"]: row["display"].removeprefix("'") for row in rows}
    assert shown == {key: number.display for key, number in deck.numbers.items() if number.rows is None}
    assert all(row["evidence"].endswith(row["key"]) for row in rows)


def test_the_rows_behind_each_chart_are_in_it(deck: Deck) -> None:
    files = unpacked(data_pack(deck, BEHIND))
    charted = {key for key, number in deck.numbers.items() if number.rows is not None}
    packed = {path[:-4].rpartition("-")[2]: path for path in files if path.startswith("slides/")}
    assert packed.keys() == charted
    for key, path in packed.items():
        number = deck.numbers[key]
        header, *rows = csv.reader(io.StringIO(files[path].decode()))
        assert number.rows is not None
        assert header == list(number.columns)
        assert [[cell.removeprefix("'") for cell in row] for row in rows] == [
            ["" if c is None else str(c) for c in row] for row in number.rows
        ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", '=HYPERLINK("x")'])
def test_no_text_is_a_formula(cell: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_bytes([cell], []).decode(), newline=""))
    assert row == ["'" + cell.replace("\r", "\n")]


def test_a_carriage_return_begins_no_row() -> None:
    lines = list(csv.reader(io.StringIO(csv_bytes(["a"], [["x\r=1+1"], ["y\r\n@z"]]).decode(), newline="")))
    assert lines == [["a"], ["x\n=1+1"], ["y\n@z"]]


@pytest.mark.parametrize("cell", [-1.5, 3, None, "plain", "a=b", ""])
def test_numbers_and_plain_texts_stay_as_they_are(cell: Cell) -> None:
    assert inert(cell) == cell
