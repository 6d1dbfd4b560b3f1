"""Three generated tables of trades that share no words, for questions in the manner of other people."""

import numpy as np
import pandas as pd


def hives(rows: int = 300) -> pd.DataFrame:
    """Bee hives as inspected: apiary, breed, honey with gaps, mites, the queen's age, whether it swarmed."""
    rng = np.random.default_rng(31)
    colony = rng.normal(22, 4, rows).round(2)
    honey = np.maximum(0.2, 0.9 * colony - 6 + rng.normal(0, 3, rows)).round(2)
    table = pd.DataFrame(
        {
            "hive_id": [f"H{i:04d}" for i in range(rows)],
            "apiary": rng.choice(["North Ridge", "Mill Lane", "Old Orchard"], rows, p=[0.5, 0.3, 0.2]),
            "breed": rng.choice(["Carniolan", "Buckfast", "Italian"], rows),
            "inspected_on": pd.Timestamp("2024-03-01") + pd.to_timedelta(rng.integers(0, 200, rows), unit="D"),
            "honey_kg": honey,
            "colony_weight": colony,
            "mite_count": rng.poisson(np.where(rng.random(rows) < 0.1, 40, 9)),
            "queen_age": rng.integers(1, 5, rows),
            "swarmed": rng.choice(["yes", "no"], rows, p=[0.25, 0.75]),
        }
    )
    table.loc[::13, "honey_kg"] = np.nan
    return table


def freight(rows: int = 400) -> pd.DataFrame:
    """Consignments: carrier, service, weights, distance, charge, delay with gaps and far values, damage."""
    rng = np.random.default_rng(32)
    weight, distance = rng.gamma(3, 120, rows).round(1), rng.integers(20, 1500, rows)
    delay = rng.normal(6, 3, rows).round(2)
    delay[[3, 50, 120, 333]] = (60.0, 71.5, -30.0, 55.0)
    table = pd.DataFrame(
        {
            "ConsignmentRef": [f"C-{i:05d}" for i in range(rows)],
            "Carrier": rng.choice(["Larkspur", "Meridian", "Quayside", "Tallow"], rows),
            "Service": rng.choice(["express", "standard", "economy"], rows, p=[0.2, 0.5, 0.3]),
            "BookedAt": pd.Timestamp("2023-01-02 06:00") + pd.to_timedelta(rng.integers(0, 700 * 24, rows), unit="h"),
            "GrossWeight": weight,
            "Distance": distance,
            "FreightCharge": (15 + 0.06 * weight + 0.11 * distance + rng.normal(0, 12, rows)).round(2),
            "DelayHours": delay,
            "Pallets": rng.integers(1, 9, rows),
            "Damaged": (rng.random(rows) < 1 / (1 + np.exp(3 - weight / 250))).astype(int),
        }
    )
    table.loc[::19, "DelayHours"] = np.nan
    return table


def loans(rows: int = 350) -> pd.DataFrame:
    """Loans of a library: branch, genre, the member's age with gaps, pages, days kept, the fine, whether it came back late."""
    rng = np.random.default_rng(33)
    pages = rng.integers(80, 900, rows)
    kept = (rng.exponential(9, rows) + pages / 90).round(1)
    table = pd.DataFrame(
        {
            "loan no": [10_000 + i for i in range(rows)],
            "branch": rng.choice(["Harbour", "Castle Street", "Fenwick"], rows),
            "genre": rng.choice(["history", "crime", "poetry", "science"], rows, p=[0.3, 0.4, 0.1, 0.2]),
            "borrowed on": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
            "member age": rng.integers(12, 85, rows).astype(float),
            "pages": pages,
            "days kept": kept,
            "fine due": np.where(kept > 21, (kept - 21) * 0.2, 0).round(2),
            "renewals": rng.integers(0, 4, rows),
            "returned late": kept > 21,
        }
    )
    table.loc[::11, "member age"] = np.nan
    return table


WORLDS = {"hives": hives, "freight": freight, "loans": loans}
