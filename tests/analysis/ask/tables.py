"""A small table of our own to ask questions of."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from services.analysis.ask.answering import Reply, ask
from services.analysis.tables import Workspace, open_dataset


def orders(rows: int = 400) -> pd.DataFrame:
    """Orders of a shop: channel, weight, price, a lead time with gaps and two far values, returned yes or no."""
    rng = np.random.default_rng(7)
    weight = rng.gamma(4.0, 2.0, rows).round(3)
    price = (12 + 3.5 * weight + rng.normal(0, 4, rows)).round(2)
    lead = rng.normal(20, 4, rows).round(1)
    lead[[5, 77]] = (95.0, 88.5)
    table = pd.DataFrame(
        {
            "order_id": [f"o-{i:05d}" for i in range(rows)],
            "channel": rng.choice(["web", "store", "partner"], rows, p=[0.5, 0.3, 0.2]),
            "tier": rng.integers(1, 4, rows),
            "parcel_weight": weight,
            "unit_price": price,
            "lead_time": lead,
            "returned": (rng.random(rows) < 0.2).astype(int),
        }
    )
    table.loc[::17, "lead_time"] = np.nan
    return table


@contextmanager
def opened(table: pd.DataFrame, folder: Path, name: str = "orders") -> Iterator[Workspace]:
    """A workspace with the table as its only data set."""
    path = folder / f"{name}.csv"
    table.to_csv(path, index=False)
    with Workspace(open_dataset(path, folder=folder / f"{name}-tables")) as workspace:
        yield workspace


def answers(workspace: Workspace, question: str, constraints: str = "", wanted: str = "") -> dict[str, str]:
    """The answers to a question that must be understood."""
    reply: Reply = ask(workspace, question, constraints, wanted)
    assert not reply.abstained, reply.why
    return reply.answers
