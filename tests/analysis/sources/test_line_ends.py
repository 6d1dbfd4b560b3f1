"""Lines may end with a line feed, both characters, or a carriage return alone."""

from pathlib import Path

import pytest

from services.analysis.sources import open_dataset


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_the_same_however_lines_end(end: str, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    lines = ["region,amount", *(f"north,{i}" for i in range(30_000))]
    path.write_bytes(end.join(lines).encode() + end.encode())
    (dataset,) = open_dataset(path, folder=tmp_path / "tables")
    assert [c.name for c in dataset.columns] == ["region", "amount"]
    assert dataset.rows == 30_000
    assert dataset.column("amount").max == 29_999
