"""Synthetic acquisition data of a subscription software business: campaigns by month, and the leads they brought.

Planted on purpose (`saas/truth.json` writes it down, tests/solving/samples checks it in the data):
  - from September 2025 the small companies that come through Paid social are won far less often, so that channel's
    cost per customer rises although its cost per lead does not;
  - spend moves from Content to Paid social over the whole period, so the blended cost rises by mix as well;
  - the Referral programme is the cheapest channel and sits at its monthly budget ceiling since January 2025;
  - region and industry make no difference.
"""

import random
from datetime import date, timedelta
from typing import NamedTuple

from services.solving.samples.draws import Cell, count, csv_text, months, normal, pick

SEED = 20_260_712
BREAK = date(2025, 9, 1)
CAPPED_FROM = date(2025, 1, 1)
CAP_PER_REGION = 1_300.0
REGIONS = ("Benelux", "DACH", "Nordics")
INDUSTRIES = tuple((name, 1.0) for name in ("Construction", "Education", "Health", "Logistics", "Professional services", "Software"))
WIN_RATE = {"Small": 0.24, "Medium": 0.25, "Large": 0.23}
FIRST_YEAR_VALUE = {"Small": 1_900.0, "Medium": 6_200.0, "Large": 19_000.0}


class Channel(NamedTuple):
    """Monthly spend per region at the start and the end, cost per lead, how well its leads convert, its share of small companies."""

    name: str
    first_spend: float
    last_spend: float
    cost_per_lead: float
    conversion: float
    small: float


CHANNELS = (
    Channel("Content", 3_700.0, 2_100.0, 190.0, 1.10, 0.45),
    Channel("Events", 2_900.0, 2_900.0, 420.0, 1.10, 0.30),
    Channel("Paid search", 6_200.0, 6_400.0, 255.0, 1.00, 0.45),
    Channel("Paid social", 3_300.0, 8_300.0, 205.0, 0.95, 0.65),
    Channel("Referral", 900.0, CAP_PER_REGION, 125.0, 1.45, 0.45),
)


def files() -> dict[str, str]:
    """Return the data files: name -> CSV text."""
    rng = random.Random(SEED)  # noqa: S311 (synthetic data, not a secret)
    campaigns: list[list[Cell]] = []
    leads: list[list[Cell]] = []
    calendar = months(date(2024, 1, 1), 30)
    for position, month in enumerate(calendar):
        for channel in CHANNELS:
            for region in REGIONS:
                campaign_id = f"C{len(campaigns) + 1:04d}"
                spend = _spend(rng, channel, month, position / (len(calendar) - 1))
                arrived = count(rng, spend / channel.cost_per_lead)
                won = sum(_lead(rng, leads, campaign_id, channel, month) for _ in range(arrived))
                clicks = round(arrived * normal(rng, 24.0, 2.5))
                campaigns.append([campaign_id, month.isoformat(), channel.name, region, f"{spend:.2f}", clicks, arrived, won, None])
    leads.insert(4_000, leads[3_999])  # the export wrote one lead twice
    return {
        "campaigns.csv": csv_text(
            ["campaign_id", "month", "channel", "region", "spend_eur", "clicks", "leads", "new_customers", "agency_note"], campaigns
        ),
        "leads.csv": csv_text(
            ["lead_id", "campaign_id", "created_on", "company_size", "industry", "status", "closed_on", "first_year_value_eur"], leads
        ),
    }


def _spend(rng: random.Random, channel: Channel, month: date, progress: float) -> float:
    if channel.name == "Referral" and month >= CAPPED_FROM:
        return CAP_PER_REGION
    planned = channel.first_spend + (channel.last_spend - channel.first_spend) * progress
    return max(200.0, planned * normal(rng, 1.0, 0.06))


def _lead(rng: random.Random, leads: list[list[Cell]], campaign_id: str, channel: Channel, month: date) -> int:
    """Append one lead and return 1 when it became a customer."""
    large = (1.0 - channel.small) / 3
    size = pick(rng, [("Small", channel.small), ("Medium", 1.0 - channel.small - large), ("Large", large)])
    rate = WIN_RATE[size] * channel.conversion
    if channel.name == "Paid social" and size == "Small" and month >= BREAK:
        rate = 0.07
    won = rng.random() < rate
    created = month + timedelta(days=int(rng.random() * 28))
    closed = created + timedelta(days=max(3, round(normal(rng, 24.0, 8.0))))
    value = f"{max(300.0, normal(rng, FIRST_YEAR_VALUE[size], FIRST_YEAR_VALUE[size] * 0.2)):.2f}" if won else None
    industry = pick(rng, INDUSTRIES) if rng.random() > 0.015 else None
    lead_id = f"L{len(leads) + 1:05d}"
    leads.append([lead_id, campaign_id, created.isoformat(), size, industry, "won" if won else "lost", closed.isoformat(), value])
    return int(won)
