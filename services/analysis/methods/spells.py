"""Spells: how long each record was seen and whether what ends it has happened, from two dates or from a length and a yes/no mark."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from services.analysis.dataset import Role
from services.analysis.goal import ending_mark, length_name
from services.analysis.measures import Measure, humanize
from services.analysis.methods.contract import Params
from services.analysis.study import Floats, Mask, Study
from services.analysis.writing import PLAIN, said

DAY = 86400.0
UNFINISHED = (0.03, 0.97)  # share of spells without an end, between which waiting says more than a duration


@dataclass(frozen=True)
class Spells:
    """SQL of the time seen and of whether it ended, and the words for both."""

    columns: tuple[str, ...]
    measure: str
    elapsed: str
    happened: str
    predicate: str  # with a slot for the horizon
    ending: str
    axis: str  # what the time counts from, in words
    style: dict[str, Any]


def designs(study: Study) -> list[Params]:
    """Return what names each pair of dates whose end some rows lack, and the length of a relation with the mark of its end."""
    rows = max(1, study.dataset.rows)
    pairs = [m for m in study.measures.values() if m.kind == "duration" and len(m.columns) == 2 and m.name.startswith("duration(")]
    found: list[Params] = [
        {"start": m.columns[0], "end": m.columns[1]}
        for m in pairs
        if UNFINISHED[0] <= study.dataset.column(m.columns[1]).missing / rows <= UNFINISHED[1]
    ]
    lengths, marks = _lengths(study), _marks(study)
    # Of several lengths the longest on average is that of the whole relation; two marks of an end would leave open which one ends it.
    if lengths and len(marks) == 1:
        found.append({"length": lengths[0].name, "mark": marks[0].name})
    return found


def _lengths(study: Study) -> list[Measure]:
    named = [m for m in study.measures.values() if m.kind == "number" and len(m.columns) == 1 and length_name(m.columns[0])]
    columns = {m.name: study.dataset.column(m.columns[0]) for m in named}
    kept = [m for m in named if isinstance(low := columns[m.name].min, int | float) and low >= 0]
    return sorted(kept, key=lambda m: -(columns[m.name].mean or 0.0))


def _marks(study: Study) -> list[Measure]:
    return [
        m
        for m in study.measures.values()
        if m.kind == "rate"
        and len(m.columns) == 1
        and study.dataset.column(m.columns[0]).role is Role.BOOLEAN
        and ending_mark(m.columns[0])
        and UNFINISHED[0] <= 1 - (float(np.nanmean(study.values(m))) if study.size else 0.0) <= UNFINISHED[1]
    ]


def spells_of(study: Study, params: Params) -> Spells:
    """Return the spells that params name. Raises KeyError for an unknown column or measure."""
    if "length" in params:
        length, mark = study.measures[params["length"]], study.measures[params["mark"]]
        ending, since = said(humanize(mark.columns[0])), said(length.label)
        elapsed = f"(case when {mark.sql} is not null then {length.sql} end)"
        predicate = f"have {ending} by {since} {{horizon}}"
        columns = (length.columns[0], mark.columns[0])
        style = {**PLAIN, "unit": length.unit}
        return Spells(columns, length.name, elapsed, f"({mark.sql} = 1)", predicate, ending, since, style)
    start, end = (study.dataset.column(params[key]).expression for key in ("start", "end"))
    # Until the last moment the table knows of, an unfinished case was seen to wait.
    until = f"(select greatest(max(epoch({start})), max(epoch({end}))) from {study.table})"
    elapsed = f"floor((coalesce(epoch({end}), {until}) - epoch({start})) / {DAY!r})"
    ending, since = said(humanize(params["end"])), said(humanize(params["start"]))
    return Spells(
        (params["start"], params["end"]),
        f"duration({params['start']} -> {params['end']})",
        elapsed,
        f"({end} is not null)",
        f"have their {ending} within {{horizon}} of {since}",
        ending,
        f"days since {since}",
        {**PLAIN, "unit": "days", "decimals": 0},
    )


def gathered(study: Study, params: Params) -> tuple[Floats, Mask, Mask]:
    """Return the time each row was seen, whether its end happened, and which rows have a usable time."""
    if "length" in params:
        elapsed, ended = study.values(study.measures[params["length"]]), study.values(study.measures[params["mark"]])
        return elapsed, ended == 1, ~np.isnan(elapsed) & ~np.isnan(ended) & (elapsed >= 0)
    start, end = (study.seconds(study.dataset.column(params[key])) for key in ("start", "end"))
    latest = max(float(np.nanmax(start)), float(np.nanmax(end)))
    days = np.floor((np.where(np.isnan(end), latest, end) - start) / DAY)
    return days, ~np.isnan(end), ~np.isnan(days) & (days >= 0)
