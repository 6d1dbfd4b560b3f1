"""A broad table with something for every method: two dates, text, statuses, several cuts, measures of every shape."""

from datetime import date, timedelta

import numpy as np

from tests.analysis.orders import Cell, Row

WORDS = ("please", "review", "record", "attached", "thanks", "update", "follow", "later", "today", "corner", "window")
VISIT_COLUMNS = ("visit_id", "begun_on", "ended_on", "clinic", "ward", "payer", "guest", "state", "minutes", "fee", "weight", "note")


def visits(n: int = 700, *, seed: int = 1, effects: bool = True) -> list[Row]:
    """Visits over twenty months, one in twelve minutes missing, a quarter not ended, a ward with only three visits.

    With effects: North takes longer and is refused more; fees rise in time, step up and follow minutes; visits pile up in one
    month and grow; within every ward West is cheaper though it seems dearer; Gasket marks the notes of North.
    """
    rng = np.random.default_rng(seed)
    # Days of more and more visits, and a month that holds many.
    day = np.sort(np.floor(600 * (rng.random(n) ** 0.75 if effects else rng.random(n)))).astype(int)
    if effects:
        day[rng.random(n) < 0.1] = 300 + rng.integers(0, 25)
        day = np.where(rng.random(n) < 0.08, 300 + rng.integers(0, 25, n), day)
    clinic = rng.choice(["North", "East", "South"], n, p=[0.5, 0.3, 0.2] if effects else [1 / 3] * 3)
    payer = rng.choice(["West", "Plain", "Own"], n)
    dear = np.where(payer == "West", 0.8, 0.25) if effects else np.full(n, 0.5)
    ward = np.where(rng.random(n) < dear, "Upper", "Lower").astype(object)
    late = day > 400
    guest = rng.choice([f"Guest {c}" for c in "ABCDEFGHIJKLMNOPQRSTUVWXY"], n, p=_steep(25) if effects else None)
    minutes = rng.normal(60, 12, n) + (np.where(clinic == "North", 9, 0) if effects else 0)
    fee = rng.lognormal(4, 0.4, n)
    weight = rng.normal(160, 30, n)
    if effects:
        fee = fee * 0.4 + 30 * (ward == "Upper") - 12 * (payer == "West") + 12 * late + 0.02 * day + 0.3 * minutes
        weight = 60 + 1.5 * minutes + rng.normal(0, 15, n)
    refused = rng.random(n) < (np.where(clinic == "North", 0.35, 0.12) if effects else 0.2)
    length = rng.exponential(np.where(clinic == "North", 20, 9) if effects else 12, n).astype(int)
    rows: list[Row] = []
    for i in range(n):
        begun = date(2022, 1, 3) + timedelta(days=int(day[i]))
        ended: Cell = begun + timedelta(days=int(length[i])) if rng.random() > 0.25 else ""
        words = [*rng.choice(WORDS, 5), *(["gasket"] if effects and clinic[i] == "North" and rng.random() < 0.5 else [])]
        spent: Cell = "" if i % 12 == 5 else round(float(minutes[i]), 2)
        inside = "Cellar" if i in {40, 90, 200} else ward[i]
        state = "refused" if refused[i] else rng.choice(["seen", "moved"], p=[0.8, 0.2])
        cells = (f"V{i:05d}", begun, ended, clinic[i], inside, payer[i], guest[i], state, spent, round(float(fee[i]), 2))
        rows.append(dict(zip(VISIT_COLUMNS, (*cells, round(float(weight[i]), 2), " ".join(words)), strict=True)))
    return rows


def _steep(n: int) -> list[float]:
    weights = [(i + 1) ** -1.3 for i in range(n)]
    return [w / sum(weights) for w in weights]
