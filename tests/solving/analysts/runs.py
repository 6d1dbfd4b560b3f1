"""Run the pure steps of the rules analyst on a text and generated files, without any store."""

import csv
import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.analysis.sources import open_dataset
from services.analysis.workspace import Workspace
from services.solving.analysts.rules import RulesAnalyst
from services.solving.steps.contract import ProblemBrief, StepContext
from services.solving.steps.registry import STEPS
from shared.kit.cited import resolve

SUBMITTED = date(2026, 7, 6)
FIELDS = {"frame": "frame", "tree": "tree", "prioritize": "priorities", "plan": "plans", "analyze": "analysis", "synthesize": "synthesis"}
Decide = Callable[[StepContext], Any]


@contextmanager
def problem(text: str, files: Sequence[Path] = (), *, day: date = SUBMITTED, title: str | None = None) -> Iterator[StepContext]:
    """Yield the context that the first step of a problem gets."""
    datasets = [dataset for file in files for dataset in open_dataset(file)]
    data = Workspace(datasets) if datasets else None
    try:
        yield StepContext(ProblemBrief("problem", "organization", text, title, "medium", day), data)
    finally:
        if data is not None:
            data.close()


def worked(context: StepContext, *, until: str) -> tuple[StepContext, dict[str, Any]]:
    """Return the context after the steps up to one, and each step's result by its name."""
    results: dict[str, Any] = {}
    for step in STEPS:
        result: Any = step.decide(RulesAnalyst(), context)
        results[step.name.value] = result
        known = {**context.known, **{entry.key: entry for entry in result.entries}}
        if field := FIELDS.get(step.name.value):
            context = replace(context, known=known, **{field: getattr(result, field)})
        if step.name.value == until:
            break
    return context, results


def read_aloud(context: StepContext, text: str) -> str:
    """Return cited text as people read it; fails on a number that nothing vouches for."""
    return resolve(text, {key: entry.display for key, entry in context.known.items()})


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text of a result that people read: identifiers, queries and parameters left out."""
    silent = {
        "query",
        "params",
        "expression",
        "dataset_sha256",
        "id",
        "chart",
        "exhibit",
        "facts",
        "template",
        "statement",
        "test",
        "tests",
    }
    silent |= {
        "dataset",
        "measure",
        "columns",
        "data_requirements",
        "findings",
        "start",
        "due",
        "due_date",
        "deadline",
        "not_enough_data",
        "required_data",
    }
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in silent:
                yield from texts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_of(inner)


def csv_file(folder: Path, name: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    """Write a CSV file and return its path."""
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def tickets(folder: Path, seed: int = 1) -> Path:
    """Tickets whose time to close is far longer for one kind of case, with the same mix all year."""
    rng, rows = random.Random(seed), []
    for i in range(600):
        opened = date(2025, 1, 6) + timedelta(days=rng.randrange(510))
        kind, desk = rng.choice(["Access", "Hardware", "Mail", "Network"]), rng.choice(["North", "South", "West"])
        days = max(0.2, rng.gauss(14 if kind == "Hardware" else 5, 2))
        closed = opened + timedelta(days=days)
        rows.append([f"T{i:05}", opened.isoformat(), closed.isoformat(), kind, desk, rng.choice(["High", "Low"])])
    return csv_file(folder, "tickets.csv", ["number", "opened_at", "closed_at", "category", "team", "priority"], rows)


def campaigns(folder: Path, seed: int = 2) -> Path:
    """Campaigns by month whose cost per customer rises in one channel because fewer leads are won there."""
    rng, rows = random.Random(seed), []
    for month in range(24):
        day = date(2024 + month // 12, month % 12 + 1, 1)
        for channel in ("Fairs", "Letters", "Radio", "Search"):
            for region in ("East", "North", "West"):
                leads = max(4, round(rng.gauss(40, 4)))
                share = 0.10 if channel == "Radio" and month >= 16 else 0.30
                won = sum(rng.random() < share for _ in range(leads))
                spend = round(leads * rng.gauss(100, 6), 2)
                rows.append([day.isoformat(), channel, region, spend, leads * 20 + rng.randrange(30), leads, won])
    header = ["month", "channel", "region", "spend_eur", "clicks", "leads", "new_customers"]
    return csv_file(folder, "campaigns.csv", header, rows)


def customers(folder: Path, seed: int = 3) -> Path:
    """Customers who leave far more often on one plan."""
    rng, rows = random.Random(seed), []
    for i in range(900):
        plan = rng.choice(["Basic", "Plus", "Team"])
        left = rng.random() < (0.30 if plan == "Basic" else 0.08)
        fee = round(rng.gauss({"Basic": 10, "Plus": 20, "Team": 40}[plan], 1), 2)
        joined = date(2024, 1, 1) + timedelta(days=rng.randrange(700))
        rows.append([f"C{i:05}", joined.isoformat(), plan, rng.choice(["East", "West"]), fee, "yes" if left else "no"])
    return csv_file(folder, "customers.csv", ["customer_id", "joined_on", "plan", "region", "monthly_fee", "churned"], rows)


def unknown(folder: Path, seed: int = 4) -> Path:
    """A table of a trade nobody wrote a template for: moss that grows better on one kind of stone."""
    rng, rows = random.Random(seed), []
    for i in range(400):
        stone, light = rng.choice(["Basalt", "Granite", "Slate"]), rng.uniform(0, 10)
        cover = 20 + (15 if stone == "Slate" else 0) + 3 * math.sqrt(light) + rng.gauss(0, 4)
        rows.append([f"M{i}", (date(2025, 3, 1) + timedelta(days=i % 330)).isoformat(), stone, round(light, 2), round(cover, 2)])
    return csv_file(folder, "moss.csv", ["patch", "seen_on", "stone", "light_hours", "moss_cover"], rows)
