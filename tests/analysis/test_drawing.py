"""An exhibit's picture: well-formed, inside its frame, true to the numbers, and inert whatever the data hold."""

from typing import Literal
from xml.etree import ElementTree as ET

import pytest

from services.analysis.drawing import HEIGHT, WIDTH, svg
from services.analysis.findings import Cell, Exhibit

SVG = "{http://www.w3.org/2000/svg}"
Kind = Literal["bar", "line", "scatter", "histogram", "stacked"]
ROWS: dict[Kind, list[list[Cell]]] = {
    "bar": [["North", 4.0], ['<South> & "so"\x07', -2.0], ["West", None]],
    "line": [["2025-01-01", 3.0], ["2025-02-01", 9.0], ["2025-03-01", 5.0]],
    "scatter": [[1.0, 2.0], [5.0, 8.0], [None, 3.0]],
    "histogram": [["0-5", 12.0], ["5-10", 30.0]],
    "stacked": [["2025-01", 5.0, 7.0], ["2025-02", 6.0, None]],
}


def exhibit(kind: Kind, rows: list[list[Cell]], reference: float | None = None) -> Exhibit:
    columns = ["x", "first", "second"][: len(rows[0]) if rows else 2]
    title = "Hours <by> region"
    return Exhibit(kind=kind, title=title, x_label="region", y_label="hours", columns=columns, query="", rows=rows, reference=reference)


@pytest.mark.parametrize("kind", list(ROWS))
@pytest.mark.parametrize("reference", [None, 100.0])
def test_it_is_well_formed_and_stays_inside_its_frame(kind: Kind, reference: float | None) -> None:
    picture = svg(exhibit(kind, ROWS[kind], reference))
    root = ET.fromstring(picture)
    marks = [mark for mark in root.iter() if mark.tag != f"{SVG}svg"]
    for mark in marks:
        for name, most in (("x", WIDTH), ("y", HEIGHT), ("cx", WIDTH), ("cy", HEIGHT), ("x2", WIDTH), ("y2", HEIGHT)):
            assert 0 <= float(mark.get(name, 0)) <= most
    assert not root.findall(f".//{SVG}script")
    assert picture == svg(exhibit(kind, ROWS[kind], reference))


def test_bars_are_as_long_as_their_values() -> None:
    root = ET.fromstring(svg(exhibit("bar", [["a", 2.0], ["b", 6.0]])))
    lengths = [float(mark.get("width", 0)) for mark in root.findall(f"{SVG}rect")[1:]]
    assert lengths[1] == pytest.approx(3 * lengths[0], rel=1e-3)


@pytest.mark.parametrize("kind", list(ROWS))
def test_nothing_to_draw_is_an_empty_frame(kind: Kind) -> None:
    root = ET.fromstring(svg(exhibit(kind, [])))
    assert root.find(f"{SVG}title") is not None
