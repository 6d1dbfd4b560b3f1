"""A tiny ledger for decks in tests: names follow from content, displays come from the one formatter."""

from collections.abc import Sequence

from services.decks.elements import Number, Row
from shared.kit.cited import cite
from shared.kit.hashing import content_id
from shared.kit.numbers import Style, display


class TestLedger:
    """Collects numbers and hands out their keys."""

    __test__ = False

    def __init__(self) -> None:
        self.numbers: dict[str, Number] = {}

    def key(
        self, value: float, label: str, *, unit: str = "", style: Style = Style.NUMBER, signed: bool = False, decimals: int | None = None
    ) -> str:
        """Enter a number and return its key."""
        made = content_id("E", label, value, unit, style, signed, decimals)
        shown = display(value, style=style, unit=unit, signed=signed, decimals=decimals)
        self.numbers[made] = Number(key=made, value=value, display=shown, label=label, unit=unit)
        return made

    def __call__(self, value: float, label: str, **how: object) -> str:
        """Enter a number and return the token that cites it."""
        return cite(self.key(value, label, **how))  # type: ignore[arg-type]

    def table(self, label: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
        """Enter rows for a chart and return their key."""
        made = content_id("E", label, rows)
        self.numbers[made] = Number(key=made, display="", label=label, columns=tuple(columns), rows=tuple(rows))
        return made
