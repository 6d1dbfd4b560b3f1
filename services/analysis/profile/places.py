"""Names of places known everywhere: countries, continents, points of the compass, states of large federations."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

_PLACES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))
_CODES = frozenset(_PLACES["codes"])
_NAMES = frozenset(name for kind in ("countries", "wide", "states") for name in _PLACES[kind])


def place_share(cells: Sequence[str]) -> float:
    """Return the share of distinct cells that name a known place."""
    if not cells:
        return 0.0
    known = sum(cell.strip().lower() in _NAMES or (len(cell.strip()) <= 3 and cell.strip() in _CODES) for cell in cells)
    return known / len(cells)
