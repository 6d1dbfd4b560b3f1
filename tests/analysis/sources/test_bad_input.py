"""Every kind of bad input gets a sentence that says what is wrong, or a sound table and a note; never a traceback."""

import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from services.analysis.dataset import Dataset, Role
from services.analysis.errors import (
    DatasetError,
    DatasetNotFoundError,
    DatasetTooLargeError,
    EmptyDatasetError,
    EncryptedDatasetError,
    SheetNotFoundError,
    UnsupportedDatasetError,
)
from services.analysis.sources import open_dataset
from services.analysis.sources.limits import Limits

RAGGED = b"a,b\n1,2\n3\n4,5,6\n7,8\n9,10\n"


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read(folder: Path, content: bytes, name: str = "upload.csv") -> Dataset:
    (dataset,) = open_dataset(written(folder, name, content), folder=folder / "tables")
    return dataset


def codes(dataset: Dataset) -> set[str]:
    return {note.code for note in dataset.notes}


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", EmptyDatasetError, "0 bytes"),
        (b"\n\n   \n", EmptyDatasetError, "blank lines"),
        (b"a,b,c\n", EmptyDatasetError, "a header and no rows"),
        (b"a,b,c", EmptyDatasetError, "a header and no rows"),
        (b"%PDF-1.7\n%...", UnsupportedDatasetError, "a PDF document"),
        (b"PK\x03\x04rest", UnsupportedDatasetError, "archive"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(200), UnsupportedDatasetError, "a Windows program"),
        (b"\x7fELF\x02\x01" + bytes(60), UnsupportedDatasetError, "a program"),
        (b"<!doctype html><html></html>", UnsupportedDatasetError, "a web page"),
        (bytes(range(256)) * 20, UnsupportedDatasetError, "binary"),
        (b"a,b\n" + b"x" * 3_000_000 + b",1\n", DatasetError, "a line that never ends"),
    ],
)
def test_a_file_without_a_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes, error: type[DatasetError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        read(tmp_path, content)
    assert caught.value.detail.endswith(".")
    assert "upload.csv" in caught.value.detail
    assert "\n" not in caught.value.detail


def test_no_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(DatasetNotFoundError, match=r"no file named missing\.csv"):
        open_dataset(tmp_path / "missing.csv")


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(3 * 1024**3)  # sparse: takes no room
    started = time.monotonic()
    with pytest.raises(DatasetTooLargeError, match=r"3\.00 GiB"):
        open_dataset(path)
    assert time.monotonic() - started < 1


def test_a_million_columns_are_refused_within_two_seconds(tmp_path: Path) -> None:
    path = written(tmp_path, "wide.csv", ",".join(f"c{i}" for i in range(1_000_000)).encode() + b"\n" + b"1," * 999_999 + b"1\n")
    started = time.monotonic()
    with pytest.raises(DatasetTooLargeError, match="columns"):
        open_dataset(path)
    assert time.monotonic() - started < 2


def test_thousands_of_columns_are_read(tmp_path: Path) -> None:
    header = ",".join(f"c{i}" for i in range(5000))
    rows = "\n".join(",".join(str((i * 7919 + r * 104729) % 1000) if i % 3 else f"v{(i + r) % 9}" for i in range(5000)) for r in range(30))
    dataset = read(tmp_path, f"{header}\n{rows}\n".encode())
    assert (dataset.rows, len(dataset.columns)) == (30, 5000)
    assert dataset.column("c3").type == "text"
    assert dataset.column("c4").type == "integer"


def test_ragged_lines_are_counted_and_said(tmp_path: Path) -> None:
    dataset = read(tmp_path, RAGGED)
    note = next(note for note in dataset.notes if note.code == "dropped_lines")
    assert dataset.rows == 3
    assert note.rows == 2
    assert "line 3, 4" in note.sentence


def test_ragged_lines_far_down_are_counted_too(tmp_path: Path) -> None:
    body = "".join(f"{i},{i}\n" for i in range(30_000))
    dataset = read(tmp_path, f"a,b\n{body}1,2,3\n5\n7,8\n".encode())
    assert dataset.rows == 30_001
    assert next(note.rows for note in dataset.notes if note.code == "dropped_lines") == 2


def test_text_that_is_mostly_ragged_is_not_a_table(tmp_path: Path) -> None:
    lines = "\n".join(",".join("x" * (i % 7 + 1)) for i in range(60))
    with pytest.raises(DatasetError, match="is not a table"):
        read(tmp_path, f"a,b,c,d\n{lines}\n".encode())


def test_a_quote_that_never_closes_swallows_nothing(tmp_path: Path) -> None:
    dataset = read(tmp_path, b'a,b\n"x,1\ny,2\nz,3\n')
    assert dataset.rows == 3
    assert "unclosed_quote" in codes(dataset)


def test_one_column_is_a_table_with_a_note(tmp_path: Path) -> None:
    dataset = read(tmp_path, b"v\n1\n2\n3\n")
    assert dataset.rows == 3
    assert "single_column" in codes(dataset)


def test_columns_without_a_value_are_empty(tmp_path: Path) -> None:
    dataset = read(tmp_path, b"a,b\n1,\n2,\n3,\n")
    assert dataset.column("b").role is Role.EMPTY
    assert "empty_column" in codes(dataset)


def test_headers_that_stand_twice_are_made_unique_and_said(tmp_path: Path) -> None:
    dataset = read(tmp_path, b"a,a,A,\n1,2,3,4\n5,6,7,8\n")
    assert len({column.name.lower() for column in dataset.columns}) == 4
    assert {"duplicate_header", "unnamed_column"} <= codes(dataset)


def test_nan_and_infinity_count_as_missing(tmp_path: Path) -> None:
    dataset = read(tmp_path, b"a,b\n1,NaN\n2,Inf\n3,2.5\n4,-inf\n5,1\n")
    column = dataset.column("b")
    assert (column.missing, column.min, column.max) == (3, 1.0, 2.5)
    assert "not_finite" in codes(dataset)


def test_formulas_stay_text_and_are_said(tmp_path: Path) -> None:
    dataset = read(tmp_path, b"id,v\n1,=cmd|' /C calc'!A0\n2,@SUM(1+1)\n3,+cmd(1)\n4,ok\n")
    assert dataset.column("v").type == "text"
    assert dataset.column("v").sample[0] == "=cmd|' /C calc'!A0"
    assert next(note.rows for note in dataset.notes if note.code == "formula_cells") == 3


def test_emoji_and_right_to_left_text_come_through(tmp_path: Path) -> None:
    dataset = read(tmp_path, "имя😀,שם\n😀,שלום\n🎉,עולם\n".encode())
    assert [column.name for column in dataset.columns] == ["имя😀", "שם"]
    assert dataset.column("имя😀").sample == ("😀", "🎉")


def test_dates_of_three_formats_in_one_column_are_dates(tmp_path: Path) -> None:
    body = "\n".join(f'"{day}",{i}' for i, day in enumerate(["2020-01-05", "25/12/2020", "Jan 6, 2020"] * 20))
    column = read(tmp_path, f"d,v\n{body}\n".encode()).column("d")
    assert (column.type, column.role, column.missing) == ("date", Role.TIME, 0)
    assert (column.min, column.max) == ("2020-01-05", "2020-12-25")


def test_numbers_mixed_with_words_stay_text_and_are_said(tmp_path: Path) -> None:
    dataset = read(tmp_path, b"a,b\n" + b"".join(f"{i},{i if i % 3 else 'abc'}\n".encode() for i in range(60)))
    assert dataset.column("b").type == "text"
    assert next(note.rows for note in dataset.notes if note.code == "mixed_types") == 20


def test_a_word_after_thousands_of_numbers_is_one_cell_not_read(tmp_path: Path) -> None:
    body = "".join(f"{i % 977},{i}\n" for i in range(30_000))
    dataset = read(tmp_path, f"a,b\n{body}none of it,1\n".encode())
    column = dataset.column("a")
    assert (dataset.rows, column.type, column.missing) == (30_001, "integer", 1)
    assert {"late_types", "unread_cells"} <= codes(dataset)


def test_nul_characters_are_left_out_and_said(tmp_path: Path) -> None:
    dataset = read(tmp_path, b"a,b\n1,x\x00y\n2,z\n")
    assert dataset.column("b").sample[0] == "xy"
    assert "nul_characters" in codes(dataset)


def test_names_that_are_sql_are_names(tmp_path: Path) -> None:
    dataset = read(tmp_path, b'"a""b","select; drop table x","c\'d"\n1,2,3\n4,5,6\n', name='x"; drop table y; --.csv')
    assert [column.name for column in dataset.columns] == ['a"b', "select; drop table x", "c'd"]
    assert dataset.name == 'x"; drop table y; --'


class TestWorkbooks:
    @pytest.fixture
    def workbook(self, tmp_path: Path) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "Sales"
        sheet.append(["region", "amount", "mixed"])
        for i in range(20):
            sheet.append([["North", "South"][i % 2], i * 1.5, i if i % 2 else "x"])
        stores = book.create_sheet("Stores")
        stores.append(["A list of stores"])
        stores.append([])
        stores.append(["id", "name"])
        for i in range(5):
            stores.append([i, f"S{i}"])
        book.create_sheet("Cover")
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    def test_every_sheet_with_a_table_is_a_dataset(self, workbook: Path, tmp_path: Path) -> None:
        datasets = open_dataset(workbook, folder=tmp_path / "tables")
        assert [(d.name, d.rows, len(d.columns)) for d in datasets] == [("book_Sales", 20, 3), ("book_Stores", 5, 2)]
        assert "empty_sheets" in codes(datasets[0])
        assert "skipped_lines" in codes(datasets[1])
        assert datasets[0].sha256 == datasets[1].sha256

    def test_one_sheet_can_be_chosen(self, workbook: Path, tmp_path: Path) -> None:
        (dataset,) = open_dataset(workbook, sheet="Stores", folder=tmp_path / "tables")
        assert [column.name for column in dataset.columns] == ["id", "name"]
        with pytest.raises(SheetNotFoundError, match="Sales, Stores, Cover"):
            open_dataset(workbook, sheet="Nowhere")

    def test_a_workbook_that_unpacks_to_too_much_is_refused_on_the_way(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
        with pytest.raises(DatasetTooLargeError, match="unpacks to more"):
            open_dataset(path, limits=Limits(unpacked_bytes=10_000_000))

    def test_one_cell_in_the_far_corner_is_refused_before_memory_is_taken(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active["A1"], book.active["XFD1048576"] = "a", 1
        book.save(tmp_path / "sparse.xlsx")
        with pytest.raises(DatasetTooLargeError, match="spans 17179869184 cells"):
            open_dataset(tmp_path / "sparse.xlsx")

    def test_a_password_is_said(self, tmp_path: Path) -> None:
        content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
        with pytest.raises(EncryptedDatasetError, match="protected by a password"):
            open_dataset(written(tmp_path, "secret.xlsx", content))

    def test_damaged_and_misnamed_workbooks_are_said(self, workbook: Path, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="damaged"):
            open_dataset(written(tmp_path, "half.xlsx", workbook.read_bytes()[:2000]))
        with pytest.raises(DatasetError, match="not of that format"):
            open_dataset(written(tmp_path, "text.xlsx", b"a,b\n1,2\n"))


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b'{"a":', DatasetError, "Malformed JSON"),
        (b"[]", EmptyDatasetError, "no rows"),
        (b'{"a":1,"a":2}', DatasetError, "duplicate key"),
        (b"PAR1" + bytes(100), DatasetError, "cannot be read as Parquet"),
    ],
)
def test_damaged_json_and_parquet_are_said(tmp_path: Path, content: bytes, error: type[DatasetError], says: str) -> None:
    with pytest.raises(error, match=says):
        read(tmp_path, content, name="upload.json")
