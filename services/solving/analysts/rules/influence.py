"""How far we can act on what a leaf tests, by stated rules: a cause nobody can touch is worth knowing and not worth much work."""

from dataclasses import dataclass

from services.solving.analysts.rules.column_match import likeness
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.vocabulary import words
from services.solving.analysts.rules.wording import group_noun, said, tokens
from services.solving.steps.tree import TreeNode


@dataclass(frozen=True)
class Influence:
    """A share of what could be reached that acting on it may bring, 0..1, and the reason."""

    share: float
    reason: str


def influence_on(leaf: TreeNode, now: Situation) -> Influence:
    """Return how far one can act on a leaf: most where a known lever answers to its cut, least where it lies outside."""
    if leaf.test is None:
        return Influence(0.5, "Nothing is known of it yet, so half of it is counted.")
    against = leaf.test.params.get("against")
    columns = [*leaf.test.by, *([str(against["column"])] if isinstance(against, dict) else [])]
    outside = [column for column in columns if set(tokens(column)) & set(words("influence", "outside"))]
    if outside:
        return Influence(0.3, f"{_capital(said(outside[0]))} lies outside of our reach: one can prepare for it, not change it.")
    return _by_method(leaf.test.method, columns) or _by_cut(leaf.test.by, now)


def _by_method(method: str, columns: list[str]) -> Influence | None:
    if method == "ratio_association":
        return Influence(0.7, f"Whether moving {said(columns[-1]) if columns else 'it'} moves the number is not known before a trial.")
    if method == "ratio_mix":
        return Influence(0.7, "The mix follows what customers and cases ask for, and can be steered in part.")
    return None


def _by_cut(by: list[str], now: Situation) -> Influence:
    if any(_has_lever(now, column) for column in by):
        return Influence(1.0, f"There is a known way to act on one {group_noun(by[0])}.")
    if by:
        return Influence(0.9, f"One {group_noun(by[0])} can be acted on, though no lever for it is known.")
    return Influence(0.7, "It says when the number moved; what to act on has to be found behind it.")


def _capital(text: str) -> str:
    return text if text.startswith("[[") else text[:1].upper() + text[1:]


def _has_lever(now: Situation, column: str) -> bool:
    concepts = {name for lever in now.template.lever for name in lever.cuts if name in now.template.concept}
    return any(likeness(column, now.template.concept[name].columns) >= 0.5 for name in sorted(concepts))
