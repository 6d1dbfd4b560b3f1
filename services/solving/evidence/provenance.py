"""Which files a number was computed from, all the way down through the formulas between."""

from collections.abc import Iterable, Mapping

from services.solving.evidence.ledger import EvidenceEntry


def files_behind(ledger: Mapping[str, EvidenceEntry]) -> dict[str, frozenset[str]]:
    """Return for every ledger key the SHA-256 of the files its number rests on, its inputs' files included. Pure."""
    found: dict[str, frozenset[str]] = {}

    def of(key: str, above: frozenset[str]) -> frozenset[str]:
        if key in found or key not in ledger or key in above:
            return found.get(key, frozenset())
        recipe = ledger[key].recipe
        inputs = (of(one, above | {key}) for one in recipe.inputs.values())
        found[key] = frozenset(recipe.datasets.values()).union(*inputs)
        return found[key]

    for key in ledger:
        of(key, frozenset())
    return found


def files_of(keys: Iterable[str | None], behind: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the files that any of some numbers rests on."""
    return frozenset().union(*(behind.get(key, frozenset()) for key in keys if key is not None))
