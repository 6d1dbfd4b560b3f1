"""Designs that allow more than an association: a random-looking assignment, a switch in time, a switch for one group only."""

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from services.analysis.dataset import Role
from services.analysis.measures import Cut
from services.analysis.periods import day_of
from services.analysis.statistics import counts
from services.analysis.study import Mask, Study

PURE = 0.98  # share of records on the right side of a switch
FEWEST_ON_A_SIDE = 30
UNEVEN = 0.001  # p below which an arm's make-up is no accident of drawing lots
MOST_ARMS, MOST_GROUPS = 5, 12
# How people name the arms of a trial. Naming only proposes; balance decides. Bare letters need a column that speaks of a trial.
CONTROL = re.compile(r"control|placebo|hold-?out|baseline", re.IGNORECASE)
TREATED = re.compile(r"treat|test|variant|experiment|exposed", re.IGNORECASE)
OF_A_TRIAL = re.compile(r"variant|\barm\b|experiment|treatment|bucket|\bab\b|a/b", re.IGNORECASE)


@dataclass(frozen=True)
class Trial:
    """A column of arms that looks assigned by lot: the control arm, the others, and the columns over which they are alike."""

    cut: Cut
    control: str
    arms: tuple[str, ...]
    balanced: tuple[str, ...]


@dataclass(frozen=True)
class Switch:
    """A day from which a column says something else; with `group`, only among the records of that group of another cut."""

    flag: Cut
    on: str
    day: datetime
    within: Cut | None = None
    group: str | None = None


def trials(study: Study) -> list[Trial]:
    """Return the columns that name the arms of a trial and whose arms are made up alike in every other circumstance."""
    return study.memo(("trials",), lambda: [t for cut in study.groupings if (t := _trial(study, cut)) is not None])


def _trial(study: Study, cut: Cut) -> Trial | None:
    if not 2 <= len(cut.values) <= MOST_ARMS or cut.personal or min(cut.sizes) < FEWEST_ON_A_SIDE:
        return None
    lettered = OF_A_TRIAL.search(cut.label) is not None and all(len(v) == 1 and v.isalpha() for v in cut.values)
    controls = [min(cut.values)] if lettered else [v for v in cut.values if CONTROL.search(v)]
    arms = tuple(v for v in sorted(cut.values) if v not in controls)
    if len(controls) != 1 or not (lettered or all(TREATED.search(v) for v in arms)):
        return None
    others = [c for c in study.groupings if _circumstance(study, c) and not set(c.columns) & set(cut.columns)]
    tested = [(c.label, counts.independence(study.crossed(cut, c)).p_value) for c in others]
    if any(p < UNEVEN / max(1, len(tested)) for _, p in tested):
        return None
    return Trial(cut, controls[0], arms, tuple(label for label, _ in tested))


def _circumstance(study: Study, cut: Cut) -> bool:
    """Whether a cut is something the trial found there: yes/no columns and states may be what it brought about."""
    roles = {study.dataset.column(c).role for c in cut.columns}
    return roles <= {Role.CATEGORY, Role.GEOGRAPHY} and not (cut.status or cut.personal) and len(cut.values) <= MOST_GROUPS


def switches(study: Study) -> list[Switch]:
    """Return the two-valued columns that switch once in time, for all records or for one group of another cut."""
    return study.memo(("switches",), lambda: _switches(study))


def _switches(study: Study) -> list[Switch]:
    if study.time is None:
        return []
    found = []
    for flag in study.groupings:
        if len(flag.values) != 2 or min(flag.sizes) < FEWEST_ON_A_SIDE or len(set(flag.columns) & {study.time.name}):
            continue
        everywhere = _switch(study, flag, np.ones(study.size, dtype=np.bool_))
        if everywhere is not None:
            found.append(Switch(flag, *everywhere))
            continue
        found += _in_one_group(study, flag)
    return found


def _in_one_group(study: Study, flag: Cut) -> list[Switch]:
    """Return the switch of a flag that only one group of a cut ever carries, from some day on."""
    on = flag.values[1]  # the rarer value: most records are not treated
    carried = study.codes(flag) == flag.values.index(on)
    for cut in study.groupings:
        if set(cut.columns) & set(flag.columns) or cut.status or not 2 <= len(cut.values) <= MOST_GROUPS:
            continue
        codes = study.codes(cut)
        sizes = np.bincount(codes[carried & (codes >= 0)], minlength=len(cut.values))
        group = int(np.argmax(sizes))
        if sizes.sum() < FEWEST_ON_A_SIDE or sizes[group] < PURE * carried.sum():
            continue
        switched = _switch(study, flag, codes == group)
        if switched is not None and switched[0] == on:
            return [Switch(flag, *switched, within=cut, group=cut.values[group])]
    return []


def _switch(study: Study, flag: Cut, rows: Mask) -> tuple[str, datetime] | None:
    """Return the value a flag takes from a day on, among the rows, and the day; None where it does not switch once."""
    assert study.time is not None
    seconds, codes = study.seconds(study.time), study.codes(flag)
    keep = rows & (codes >= 0) & ~np.isnan(seconds)
    if keep.sum() < 2 * FEWEST_ON_A_SIDE:
        return None
    order = np.argsort(seconds[keep], kind="stable")
    when, second = seconds[keep][order], (codes[keep][order] == 1).astype(int)
    for on, values in ((flag.values[1], second), (flag.values[0], 1 - second)):
        # Wrong before the place: on; wrong from it on: off.
        wrong = np.r_[0, np.cumsum(values)] + np.r_[np.cumsum((1 - values)[::-1])[::-1], 0]
        place = int(np.argmin(wrong))
        if wrong[place] <= (1 - PURE) * len(values) and min(place, len(values) - place) >= FEWEST_ON_A_SIDE:
            return on, day_of(float(when[place]))
    return None
