"""What an answer or an edit changed of a frame, field by field, as people read it. Pure."""

from collections.abc import Callable, Iterator

from services.solving.changes.difference import Change
from services.solving.steps.frame import Frame

_SINGLE = ("goal", "decision", "decision_maker", "deadline", "accuracy_needed", "ambition", "confidence")
_LISTS = ("constraints", "success_criteria", "decision_criteria")


def frame_changes(before: Frame, after: Frame, read: Callable[[str], str]) -> list[Change]:
    """Return what differs between two versions of a frame, in the order of the worksheet; `read` resolves cited text."""
    return [*_values(before, after, read), *_figures(before, after, read), *_members(before, after, read)]


def _values(before: Frame, after: Frame, read: Callable[[str], str]) -> Iterator[Change]:
    for name in _SINGLE:
        one, other = read(getattr(before, name)), read(getattr(after, name))
        if one != other:
            yield Change(change="changed", what=name.replace("_", " "), before=one, after=other)


def _figures(before: Frame, after: Frame, read: Callable[[str], str]) -> Iterator[Change]:
    if not before.kpis or not after.kpis:
        return
    old, new = before.kpis[0], after.kpis[0]
    pairs = {
        "KPI": (old.name, new.name),
        "definition": (old.definition, new.definition),
        "baseline": (_written(old.baseline_key), _written(new.baseline_key)),
        "target": (_written(old.target_key), _written(new.target_key)),
        "gap": (_written(old.gap_key), _written(new.gap_key)),
    }
    for name, (one, other) in pairs.items():
        if one != other:
            change = "added" if not one else "removed" if not other else "changed"
            yield Change(change=change, what=name, before=read(one) or None, after=read(other) or None)


def _written(key: str | None) -> str:
    return f"[[{key}]]" if key else ""


def _members(before: Frame, after: Frame, read: Callable[[str], str]) -> Iterator[Change]:
    for name in _LISTS:
        old, new = ([read(text) for text in getattr(frame, name)] for frame in (before, after))
        yield from (Change(change="removed", what=name.replace("_", " "), before=text) for text in old if text not in new)
        yield from (Change(change="added", what=name.replace("_", " "), after=text) for text in new if text not in old)
