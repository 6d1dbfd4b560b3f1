"""The made-up figures of the example deck."""

from tests.decks.ledger import TestLedger

STAGES = (
    ("Picking", 6.4, 11.6),
    ("Packing", 4.1, 5.3),
    ("Batch release", 5.0, 6.1),
    ("Address check", 2.2, 2.5),
    ("Labelling", 1.9, 2.1),
    ("Payment check", 3.6, 3.6),
    ("Carrier hand-over", 2.8, 2.8),
)
SOURCE = "Source: [[=orders.csv]], rows [[=1]] to [[=21,960]] ([[=360]] without stamps excluded); query [[=Q-03]]; sha [[=7d1e40ab]]"


def hours(ledger: TestLedger, value: float, label: str, *, signed: bool = False, unit: str = "h") -> str:
    return ledger(value, label, unit=unit, signed=signed, decimals=1 if value != int(value) or signed else 0)


def _months() -> list[str]:
    return [f"{2024 + i // 12}-{i % 12 + 1:02d}-01" for i in range(24)]


def monthly() -> list[tuple[str, float]]:
    wave = (0.3, -0.2, 0.5, -0.4, 0.1, -0.3)
    return [(month, (26.0 if i < 18 else 34.0) + wave[i % 6]) for i, month in enumerate(_months())]


def shift(i: int) -> tuple[float, float]:
    """Return (walk in km, picking in hours) of a shift: a line with spread, from a fixed congruential sequence."""
    x = 1 + 9 * ((i * 2654435761) % 2**32) / 2**32
    spread = ((i * 40503 + 7) * 2246822519 % 2**32) / 2**32 - 0.5
    return (round(x, 2), round(4 + 0.9 * x + 4.4 * spread * abs(spread) * 2, 2))
