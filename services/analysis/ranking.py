"""What a reader should see first: relevance to the goal, size of the effect, share of the rows, and variety."""

import math
from collections import Counter
from dataclasses import dataclass

from services.analysis.goal import Interest
from services.analysis.methods.contract import Candidate, Outcome, Params
from services.analysis.study import Study

REPEATED = 0.97  # what another finding of the same kind, measure or cut is worth after each one already shown
SAME_PAIR = 0.8  # ... of the next one about the same measure and cut, whichever method tells it
MIRRORED = 0.6  # ... of the next one that tells another state of the same status: what one state gains the others lose
SAME_RESULT = 0.35  # ... of the next one by the same method about the same things
INSIDE = 0.9  # how much any column matters inside a group the goal names
WATCHED = 0.75  # how much it matters whether a measure moves in a group whose count does
TEXT = 0.5  # how much words matter to a goal that does not ask for them
NAMED = 0.6  # how surely the goal must mean a value

Feature = tuple[float, tuple[str, ...]]


@dataclass(frozen=True)
class Decided:
    """A candidate with its place: the study it came from, what became of it, and its score before variety."""

    study: Study
    candidate: Candidate
    outcome: Outcome
    merit: float
    hypothesis_id: str | None = None
    named: bool = False  # whether it looks inside a group that the goal names


def merit(study: Study, interest: Interest, candidate: Candidate, outcome: Outcome) -> float:
    """Return how much a result matters for the goal, 0..1, whatever else is shown."""
    size = min(1.0, candidate.effect / 0.5)
    asked = relevance(study, interest, candidate)
    if outcome.significant:
        weight = 0.6 + 0.4 * size
    elif candidate.p_value is None:
        weight = 0.55
    else:
        # That nothing is there matters only where it was asked about.
        weight = 0.45 if outcome.undecided(candidate) else 0.55 * asked
    score = asked * weight * candidate.interest * (0.7 + 0.3 * min(1.0, candidate.coverage))
    return min(1.0, score)


def relevance(study: Study, interest: Interest, candidate: Candidate) -> float:
    """Return how much the goal asks about what a candidate measures, cuts by, looks inside and names, 0..1."""
    params = candidate.params
    # What a group named by the goal is made of is asked about, whichever column tells it.
    least = INSIDE * min((interest.value(c, str(v)) for c, v in (params.get("where") or {}).items()), default=0.0)
    measures = [max(least, interest.measure(study.measures[n])) for key in ("measure", "other") if (n := params.get(key)) in study.measures]
    cuts = [max(least, interest.cut(study.cuts[n])) for key in ("by", "part") if (n := params.get(key)) in study.cuts]
    if not measures and not cuts:
        return max((0.4 + 0.6 * interest.column(c) for c in candidate.columns), default=0.5)
    asked = math.prod(measures) ** (1 / max(1, len(measures))) * math.prod(cuts)
    if (text := params.get("text")) is not None:
        asked *= 1.0 if interest.wants("text") else TEXT + (1 - TEXT) * interest.column(text)
    inside = list((params.get("where") or {}).items())
    if candidate.method == "trend" and len(inside) == 1 and (inside[0][0], str(inside[0][1])) in interest.watched:
        asked = max(asked, WATCHED)
    named = any(
        interest.value(params[key], e) >= NAMED for key in ("by", "part") if params.get(key) in study.cuts for e in candidate.entities
    )
    return min(1.0, asked * _focus(interest, params) * (1.3 if named else 1.0))


def _focus(interest: Interest, params: Params) -> float:
    """What a look inside some group is worth: all of it where the goal names the group."""
    inside = params.get("where") or {}
    sure = [
        max((interest.value(cut, v) for v in ([value] if isinstance(value, str) else value)), default=0.0) for cut, value in inside.items()
    ]
    return math.prod(0.55 + 0.45 * s for s in sure)


def in_order(decided: list[Decided], limit: int, kin: dict[int, dict[str, str]]) -> list[tuple[Decided, float]]:
    """Return the best results with their scores, best first: each next one is worth less the more like those before it is."""
    rest = sorted(decided, key=lambda d: (-d.merit, d.candidate.method, str(d.candidate.params)))
    features = {id(d): _features(d, kin.get(id(d.study), {})) for d in decided}
    seen: Counter[Feature] = Counter()
    chosen: list[tuple[Decided, float]] = []
    ceiling = 1.0
    while rest and len(chosen) < limit:
        scores = [d.merit * _novelty(features[id(d)], seen) for d in rest]
        best = max(range(len(rest)), key=lambda i: (round(scores[i], 9), -i))
        ceiling = min(ceiling, scores[best])
        picked = rest.pop(best)
        chosen.append((picked, round(ceiling, 6)))
        seen.update(features[id(picked)])
    return chosen


def _features(d: Decided, kin: dict[str, str]) -> list[Feature]:
    """What a result shares with others, each with what repeating it leaves of the next one's worth."""
    p = d.candidate.params
    measure, by, other = (kin.get(str(p.get(key, "")), str(p.get(key, ""))) for key in ("measure", "by", "other"))
    other = other or kin.get(str(p.get("part", "")), "")
    inside = str(sorted((kin.get(cut, cut), str(v)) for cut, v in (p.get("where") or {}).items()))
    method = d.candidate.method + ("" if d.outcome.significant else " none")
    # Inside a group that was asked about, a pair is a story of its own; elsewhere a look inside repeats the whole.
    scene = inside if d.named else ""
    about = sorted(x.removeprefix("bracket(").removesuffix(")") for x in (measure, by, other) if x)
    found: list[Feature] = [(REPEATED, ("kind", method)), (REPEATED, ("measure", measure)), (REPEATED, ("cut", by))]
    found += [(SAME_PAIR, ("pair", scene, *about)), (SAME_RESULT, ("same", d.candidate.method, measure, by, other, inside))]
    rate = d.study.measures.get(str(p.get("measure")))
    if rate is not None and rate.kind == "rate":
        found.append((MIRRORED, ("status", method, *rate.columns, by, inside)))
    if p.get("where"):
        found.append((REPEATED, ("where", inside)))
    return found


def looks_inside_named(interest: Interest, params: Params) -> bool:
    """Whether every group a test looks inside is one that the goal names."""
    inside = params.get("where") or {}
    return bool(inside) and all(
        max((interest.value(cut, v) for v in ([value] if isinstance(value, str) else value)), default=0.0) >= NAMED
        for cut, value in inside.items()
    )


def _novelty(features: list[Feature], seen: Counter[Feature]) -> float:
    factor = 1.0
    for feature in features:
        factor *= feature[0] ** seen[feature]
    return factor
