"""Where the labels of points go, so that none covers another or a point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TALL = 0.2
_SIDES = ("t", "r", "b", "l")
Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A point in inches, the widths of its full and its short label, and its radius."""

    id: str
    x: float
    y: float
    full: float
    short: float
    radius: float


def place_labels(spots: Sequence[Spot], bounds: Rect, kept_free: Sequence[Rect] = ()) -> dict[str, tuple[str, bool]]:
    """Return for each spot the side of its label (t, r, b, l) and whether it is the full one.

    Tried in turn: above, right, below, left with the full label, then with the short one; what fits nowhere
    stands above, short. Rectangles are left, top, right, bottom; `kept_free` are those no label may cover.
    """
    points = [(spot.x - spot.radius, spot.y - spot.radius, spot.x + spot.radius, spot.y + spot.radius) for spot in spots]
    taken: list[Rect] = list(kept_free)
    placed: dict[str, tuple[str, bool]] = {}
    for index, spot in enumerate(spots):
        others = points[:index] + points[index + 1 :]
        choice = next(_choices(spot, [*taken, *others], bounds), None)
        side, full, rect = choice or ("t", False, _rect(spot, "t", spot.short))
        placed[spot.id] = (side, full)
        taken.append(rect)
    return placed


def _choices(spot: Spot, blocked: list[Rect], bounds: Rect) -> Iterator[tuple[str, bool, Rect]]:
    for full, width in ((True, spot.full), (False, spot.short)):
        for side in _SIDES:
            rect = _rect(spot, side, width)
            inside = rect[0] >= bounds[0] and rect[1] >= bounds[1] and rect[2] <= bounds[2] and rect[3] <= bounds[3]
            if inside and not any(_meets(rect, other) for other in blocked):
                yield side, full, rect


def _rect(spot: Spot, side: str, width: float) -> Rect:
    gap = spot.radius
    if side == "t":
        return (spot.x - width / 2, spot.y - gap - _TALL, spot.x + width / 2, spot.y - gap)
    if side == "b":
        return (spot.x - width / 2, spot.y + gap, spot.x + width / 2, spot.y + gap + _TALL)
    if side == "r":
        return (spot.x + gap, spot.y - _TALL / 2, spot.x + gap + width, spot.y + _TALL / 2)
    return (spot.x - gap - width, spot.y - _TALL / 2, spot.x - gap, spot.y + _TALL / 2)


def _meets(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
