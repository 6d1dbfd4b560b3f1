"""Synthetic sales of a retail chain by store, month and category, and the table of its stores.

Planted on purpose (`retail/truth.json` writes it down, tests/solving/samples checks it in the data):
  - from October 2025 the South discounts Electronics much deeper, which explains most of the fall of the chain's margin;
  - from January 2026 four stores lose goods (shrinkage) at about five times the usual rate;
  - Express stores look worse than Superstores on the whole and are better within every region: most of them stand in the
    West, where every margin is low;
  - rain makes no difference.
"""

import random
from datetime import date
from typing import NamedTuple

from services.solving.samples.draws import Cell, csv_text, months, normal

SEED = 20_260_702
DISCOUNT_FROM = date(2025, 10, 1)
SHRINKAGE_FROM = date(2026, 1, 1)
SHRINKING = frozenset({"S07", "S16", "S24", "S33"})
# category -> share of a store's sales, gross margin before discounts
CATEGORIES = {"Clothing": (0.17, 0.47), "Electronics": (0.36, 0.33), "Food": (0.27, 0.31), "Household": (0.20, 0.42)}
# region -> difference of its margin from the category's
REGIONS = {"East": 0.00, "North": 0.02, "South": 0.01, "West": -0.12}
# region -> numbers of Superstores and of Express stores
STORES = {"East": (7, 1), "North": (6, 1), "South": (14, 2), "West": (2, 9)}
EXPRESS_ADVANTAGE = 0.025
SALES_COLUMNS = (
    *("month", "store_id", "category", "revenue_eur", "discount_eur"),
    *("cost_of_goods_eur", "shrinkage_eur", "gross_margin_eur", "rainy_days"),
)
STORE_COLUMNS = ("store_id", "region", "format", "opened_on", "floor_area_m2")


class Store(NamedTuple):
    """One store and how much it sells a month at list prices."""

    store_id: str
    region: str
    format: str
    opened_on: date
    floor_area_m2: int
    monthly_sales: float


def files() -> dict[str, str]:
    """Return the data files: name -> CSV text."""
    rng = random.Random(SEED)  # noqa: S311 (synthetic data, not a secret)
    stores = _stores(rng)
    sales: list[list[Cell]] = []
    for month in months(date(2024, 7, 1), 24):
        for store in stores:
            rainy_days = min(28, max(0, round(normal(rng, 11.0, 3.5))))
            sales.extend(_sale(rng, store, month, category, rainy_days) for category in CATEGORIES)
    for row in range(53, len(sales), 211):
        sales[row][-1] = None  # a weather station that did not report
    sales.insert(1_500, sales[1_499])  # the export wrote one row twice
    placed: list[list[Cell]] = [[s.store_id, s.region, s.format, s.opened_on.isoformat(), s.floor_area_m2] for s in stores]
    return {"store_sales.csv": csv_text(SALES_COLUMNS, sales), "stores.csv": csv_text(STORE_COLUMNS, placed)}


def _stores(rng: random.Random) -> list[Store]:
    formats = []
    for region, (superstores, express) in STORES.items():
        formats += [(region, "Superstore")] * superstores + [(region, "Express")] * express
    stores = []
    for number, (region, format_) in enumerate(formats, start=1):
        base = 95_000.0 if format_ == "Express" else 160_000.0
        area = normal(rng, 420.0, 60.0) if format_ == "Express" else normal(rng, 1_900.0, 260.0)
        opened = date(2006 + int(rng.random() * 16), 1 + int(rng.random() * 12), 1)
        stores.append(Store(f"S{number:02d}", region, format_, opened, round(area), base * normal(rng, 1.0, 0.12)))
    return stores


def _sale(rng: random.Random, store: Store, month: date, category: str, rainy_days: int) -> list[Cell]:
    share, margin = CATEGORIES[category]
    listed = store.monthly_sales * share * max(0.4, normal(rng, 1.0, 0.07))
    deep = store.region == "South" and category == "Electronics" and month >= DISCOUNT_FROM
    discount = listed * max(0.0, normal(rng, 0.21 if deep else 0.05, 0.012))
    revenue = listed - discount
    margin_at_list = margin + REGIONS[store.region] + (EXPRESS_ADVANTAGE if store.format == "Express" else 0.0) + normal(rng, 0.0, 0.012)
    cost = listed * (1.0 - margin_at_list) * 0.95  # the margin above is the one after the usual discount
    losing = store.store_id in SHRINKING and month >= SHRINKAGE_FROM
    shrinkage = revenue * max(0.0, normal(rng, 0.055 if losing else 0.011, 0.002))
    gross_margin = round(revenue, 2) - round(cost, 2) - round(shrinkage, 2)
    amounts = [f"{amount:.2f}" for amount in (revenue, discount, cost, shrinkage, gross_margin)]
    return [month.isoformat(), store.store_id, category, *amounts, rainy_days]
