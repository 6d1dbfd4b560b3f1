"""The quality bar: every item of the seven steps that a machine can check on a problem worked through."""

from tests.quality import cutting, framing, telling
from tests.quality.item import Item, Worked

ITEMS: tuple[Item, ...] = (*framing.ITEMS, *cutting.ITEMS, *telling.ITEMS)


def measured(done: Worked) -> dict[str, list[str] | None]:
    """Return the faults of a problem, item by item: none where it passes, None where the item does not apply."""
    return {f"{item.step}: {item.name}": item.faults(done) for item in ITEMS}
