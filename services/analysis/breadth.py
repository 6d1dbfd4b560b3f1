"""How much of a wide table is looked at: a pass over every pair of thousands of columns would end long after the deadline.

Dates come first, then what the goal names, then categories and measures by their place in the file. What is
left out is said, as a gap.
"""

import json
from collections.abc import Sequence
from typing import Any

from services.analysis.dataset import ColumnProfile, Dataset, counted
from services.analysis.findings import Gap
from services.analysis.goal import overlap, words_of

MOST_COLUMNS = 120
MOST_MEASURES = 80


def examined(dataset: Dataset, goal: str) -> Dataset:
    """Return the table with the columns a full pass looks at; a table of ordinary width as it is."""
    if len(dataset.columns) <= MOST_COLUMNS:
        return dataset
    words, said = words_of(goal), goal.lower()
    ranked = sorted(
        dataset.columns, key=lambda c: (not c.is_time, c.name.lower() not in said, -overlap(c.name, words), not c.is_cut, c.position)
    )
    kept: list[ColumnProfile] = []
    for column in ranked:
        measures = sum(1 for c in kept if c.is_measure)
        if len(kept) < MOST_COLUMNS and (not column.is_measure or measures < MOST_MEASURES):
            kept.append(column)
    return dataset.model_copy(update={"columns": tuple(sorted(kept, key=lambda c: c.position))})


def named_in(dataset: Dataset, params: dict[str, Any]) -> Dataset:
    """Return a wide table with the columns that a test's parameters name, and its dates: what a re-run needs."""
    if len(dataset.columns) <= MOST_COLUMNS:
        return dataset
    text = json.dumps(params, ensure_ascii=False)
    return dataset.model_copy(update={"columns": tuple(c for c in dataset.columns if c.is_time or c.name in text)})


def left_out(datasets: Sequence[Dataset]) -> list[Gap]:
    """Return what was not looked at because tables are too wide."""
    wide = [dataset for dataset in datasets if len(dataset.columns) > MOST_COLUMNS]
    return [
        Gap(
            question=f"What the other columns of {dataset.source} say",
            missing=[],
            why=f"It has {counted(len(dataset.columns), 'column')}; dates, what the goal names and the first of the others were examined.",
        )
        for dataset in wide
    ]
