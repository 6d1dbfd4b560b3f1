"""Edits of the frame as values: what somebody changed of it, and the same change made to another frame. Pure."""

from collections.abc import Callable
from typing import Any

from services.solving.errors import InvalidEditError
from services.solving.evidence.ledger import EvidenceKind, Ledger, Recipe
from services.solving.steps.frame import Frame, Kpi

EDITED = "frame_edited"
# of a KPI, what people set; the keys and the gap follow
_SET = ("definition", "unit", "direction", "baseline", "target", "window", "dataset", "measure", "expression")


def changes(before: Frame, after: Frame) -> dict[str, Any]:
    """Return the edit that leads from one frame to the other: the fields that differ, and of KPIs the figures that do."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    edit: dict[str, Any] = {"kind": EDITED, "fields": {name: new[name] for name in new if name != "kpis" and new[name] != old[name]}}
    if [kpi.name for kpi in before.kpis] != [kpi.name for kpi in after.kpis]:
        return edit | {"kpis": new["kpis"]}
    moved = {
        one["name"]: {name: one[name] for name in _SET if one[name] != was[name]} for was, one in zip(old["kpis"], new["kpis"], strict=True)
    }
    return edit | {"figures": {name: found for name, found in moved.items() if found}}


def changed(frame: Frame, edit: dict[str, Any], retarget: Callable[[Kpi, Kpi | None], Kpi]) -> Frame:
    """Return another frame with the same change made to it; `retarget` gives a KPI its keys and gap anew.

    Raises InvalidEditError when a figure was changed of a KPI that this frame does not have.
    """
    facts = frame.model_dump(mode="json") | edit["fields"]
    known = {kpi.name: kpi for kpi in frame.kpis}
    gone = set(edit.get("figures", {})) - set(known)
    if gone:
        raise InvalidEditError(f"The frame no longer measures {', '.join(sorted(gone))}.")
    if "kpis" in edit:
        facts["kpis"] = edit["kpis"]
    else:
        facts["kpis"] = [one | edit["figures"].get(one["name"], {}) for one in facts["kpis"]]
    words = Frame.model_validate(facts)
    return words.model_copy(update={"kpis": [retarget(kpi, known.get(kpi.name)) for kpi in words.kpis]})


def retargeted(kpi: Kpi, old: Kpi | None, ledger: Ledger, who: str) -> Kpi:
    """Return the KPI with ledger keys for figures a person changed, and the gap that follows from them."""
    if old is not None and (kpi.baseline, kpi.target, kpi.unit) == (old.baseline, old.target, old.unit):
        keys = ("baseline_key", "baseline_stated", "baseline_stated_key", "baseline_source", "target_key", "gap", "gap_key")
        return kpi.model_copy(update={name: getattr(old, name) for name in keys})
    recipe = Recipe(reason=f"Written by {who}.")
    updates: dict[str, Any] = {"gap": None, "gap_key": None}
    for name in ("baseline", "target"):
        value = getattr(kpi, name)
        kept = getattr(old, f"{name}_key") if old is not None and value == getattr(old, name) and kpi.unit == old.unit else None
        label = f"{kpi.name}, {name}"
        written = None if value is None else ledger.number(EvidenceKind.ASSUMPTION, value, recipe, label=label, unit=kpi.unit)
        updates[f"{name}_key"] = kept or written
    if updates["baseline_key"] and updates["target_key"]:
        inputs = {"target": updates["target_key"], "baseline": updates["baseline_key"]}
        updates["gap_key"] = ledger.formula("target - baseline", inputs, label=f"{kpi.name}, gap", unit=kpi.unit, signed=True)
        updates["gap"] = ledger.value(updates["gap_key"])
    if kpi.baseline is None or old is None or kpi.baseline != old.baseline:
        updates["baseline_source"] = "none" if kpi.baseline is None else "stated"
    return kpi.model_copy(update=updates)
