"""Looking inside what stands out: the groups the goal names and those that lead, cut by everything else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from services.analysis.goal import Interest
from services.analysis.methods.contract import Candidate, Params
from services.analysis.study import Study

MOST_FOCUSES = 6
MOST_GROUPS = 12
MOST_CUTS, MOST_MEASURES = 9, 4  # looked at inside a group, the most asked about first
FEWEST = 24
STRIKING = 1e-3  # p below which a group is worth a look inside
NAMED = 0.6  # how surely the goal must mean a value
MOST_WATCHED = 3
LEADING = 0.5  # how much a group that leads is asked about thereby, beside 1 for one the goal names


@dataclass(frozen=True)
class Focus:
    """A group (or the few that lead together) to look inside: how much it matters, and whether its count rises or falls."""

    cut: str
    value: str | list[str]
    weight: float
    moving: bool = False
    counted: bool = False  # it leads in number of records


def focuses(study: Study, interest: Interest, candidates: list[Candidate], merit: Callable[[Candidate], float]) -> list[Focus]:
    """Return the groups worth a look inside: those the goal names first, then the leaders of the most telling results."""
    found = list(_named(study, interest))
    for candidate in candidates:
        by = study.cuts.get(str(candidate.params.get("by")))
        if candidate.p_value is not None and candidate.p_value <= STRIKING and not (by and by.calendar):
            found += _leading(candidate, merit(candidate))
    best: dict[tuple[str, str], Focus] = {}
    for focus in found:
        key = (focus.cut, str(focus.value))
        held = best.get(key, focus)
        best[key] = replace(
            focus, weight=max(focus.weight, held.weight), moving=focus.moving or held.moving, counted=focus.counted or held.counted
        )
    ranked = sorted(best.values(), key=lambda f: (-round(f.weight, 9), f.cut, str(f.value)))
    return [f for f in ranked if study.mask({f.cut: f.value}).sum() >= FEWEST][:MOST_FOCUSES]


def _named(study: Study, interest: Interest) -> Iterable[Focus]:
    for cut, values in interest.values.items():
        for value, sure in values.items():
            if sure >= NAMED:
                yield Focus(cut, value, 1.0 + sure * (0.5 + 0.5 * interest.cut(study.cuts[cut])))


def _leading(candidate: Candidate, weight: float) -> Iterable[Focus]:
    where = candidate.params.get("where") or {}
    if candidate.method == "trend" and len(where) == 1:
        moving = candidate.params["measure"] == "count"
        for cut, value in where.items():
            yield Focus(cut, value, weight + (0.2 if moving else 0.0), moving)
    elif candidate.method in {"level", "frequency"} and not where:
        leaders = list(candidate.entities)
        for leader in leaders[:2]:
            yield Focus(str(candidate.params["by"]), leader, weight, counted=candidate.method == "frequency")
        if 1 < len(leaders) <= 3:
            yield Focus(str(candidate.params["by"]), leaders, 0.98 * weight, counted=candidate.method == "frequency")


def sharpened(interest: Interest, found: list[Focus]) -> Interest:
    """Return the interest with the groups looked inside added to those the goal names."""
    values = {cut: dict(sure) for cut, sure in interest.values.items()}
    for focus in found:
        for value in [focus.value] if isinstance(focus.value, str) else focus.value:
            held = values.setdefault(focus.cut, {})
            held[value] = max(held.get(value, 0.0), LEADING)
    watched = frozenset([(f.cut, str(f.value)) for f in found if f.moving or f.counted][:MOST_WATCHED])
    return replace(interest, values=values, watched=watched)


def follow_ups(study: Study, interest: Interest, focus: Focus, kin: dict[str, str]) -> list[tuple[str, Params]]:
    """Return the tests inside a group: trends, counts and averages by every other cut, and trends of its parts where it moves."""
    where = {focus.cut: focus.value}
    own = set(study.cuts[focus.cut].columns)
    others = (m for m in study.measures.values() if m.kind != "count" and not set(m.columns) & own)
    measures = sorted(others, key=lambda m: -interest.measure(m))[:MOST_MEASURES]
    wanted: list[tuple[str, Params]] = [("trend", {"measure": name, "where": where}) for name in ["count", *(m.name for m in measures)]]
    for cut in sorted(study.groupings, key=lambda c: -interest.cut(c))[:MOST_CUTS]:
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
