"""Looking inside what stands out: the groups the goal names and those that lead, cut by everything else."""

from collections.abc import Callable
from dataclasses import dataclass

from services.analysis.goal import Interest
from services.analysis.methods.contract import Candidate, Params
from services.analysis.study import Study

MOST_FOCUSES = 6
MOST_GROUPS = 12
FEWEST = 24
STRIKING = 1e-4  # p below which a group is worth a look inside
NAMED = 0.6  # how surely the goal must mean a value


@dataclass(frozen=True)
class Focus:
    """A group to look inside, and why: how much it matters, and whether its count rises or falls."""

    cut: str
    value: str
    weight: float
    moving: bool = False


def focuses(study: Study, interest: Interest, candidates: list[Candidate], merit: Callable[[Candidate], float]) -> list[Focus]:
    """Return the groups worth a look inside: those the goal names first, then the leaders of the most telling results."""
    found: dict[tuple[str, str], Focus] = {}
    for cut, values in interest.values.items():
        for value, sure in values.items():
            if sure >= NAMED:
                found[cut, value] = Focus(cut, value, 1.0 + sure * (0.5 + 0.5 * interest.cut(study.cuts[cut])))
    for candidate in candidates:
        if candidate.p_value is None or candidate.p_value > STRIKING or candidate.method not in {"level", "frequency", "trend"}:
            continue
        where = candidate.params.get("where") or {}
        named = (
            list(where.items()) if candidate.method == "trend" else [(str(candidate.params.get("by")), e) for e in candidate.entities[:2]]
        )
        if len(named) > 2 or (candidate.method != "trend" and where):
            continue
        moving = candidate.method == "trend" and candidate.params["measure"] == "count"
        for cut, value in named:
            weight = merit(candidate) + (0.2 if moving else 0.0)
            held = found.get((cut, str(value)))
            if held is None or weight > held.weight or moving:
                found[cut, str(value)] = Focus(
                    cut, str(value), max(weight, held.weight if held else 0.0), moving or bool(held and held.moving)
                )
    ranked = sorted(found.values(), key=lambda f: (-round(f.weight, 9), f.cut, f.value))
    return [f for f in ranked if study.mask({f.cut: f.value}).sum() >= FEWEST][:MOST_FOCUSES]


def follow_ups(study: Study, interest: Interest, focus: Focus, kin: dict[str, str]) -> list[tuple[str, Params]]:
    """Return the tests inside a group: counts and averages by every other cut, and trends of its parts where it moves."""
    where = {focus.cut: focus.value}
    own = set(study.cuts[focus.cut].columns)
    wanted: list[tuple[str, Params]] = []
    measures = sorted(
        (m for m in study.measures.values() if m.kind != "count" and not set(m.columns) & own), key=lambda m: -interest.measure(m)
    )[:5]
    for cut in study.cuts.values():
        if kin.get(cut.name) == kin.get(focus.cut) or set(cut.columns) & own or len(cut.values) > MOST_GROUPS:
            continue
        wanted.append(("frequency", {"measure": "count", "by": cut.name, "where": where}))
        for measure in measures:
            if set(measure.columns) & set(cut.columns):
                continue
            wanted.append(("level", {"measure": measure.name, "by": cut.name, "where": where}))
            if measure.adds_up and measure.kind == "number":
                wanted.append(("contribution", {"measure": measure.name, "by": cut.name, "where": where}))
        if focus.moving:
            wanted += [("trend", {"measure": "count", "where": {**where, cut.name: v}}) for v in cut.values]
    return wanted
