"""Two small synthetic tables about entering a new country: what the countries are like and what competitors charge.

The countries do not exist. The tables are too small for any statistical claim on purpose: what can be said is a sizing
from the assumptions in the problem's text, and the honest answer to the rest is that the data cannot tell.
`market/truth.json` writes it down, tests/solving/samples checks it in the data.
"""

import random
from datetime import date, timedelta

from services.solving.samples.draws import Cell, csv_text, normal

SEED = 20_260_703
# country -> adults in millions, share of adults who shop online, average net income, card payments share, delivery days
COUNTRIES: dict[str, tuple[float, float, int, float, float]] = {
    "Arvenia": (8.4, 0.71, 21_400, 0.62, 2.9),
    "Borland": (3.1, 0.88, 38_900, 0.91, 1.8),
    "Caldera": (17.2, 0.46, 13_700, 0.38, 4.6),
    "Dunmark": (5.6, 0.84, 34_200, 0.87, 2.1),
    "Estoria": (11.9, 0.77, 27_800, 0.74, 2.4),
    "Felland": (2.2, 0.90, 41_500, 0.93, 1.7),
    "Grisia": (14.8, 0.52, 16_900, 0.44, 3.8),
}
COMPETITORS = ("Boxwell", "Freshly Sent", "Larder Club")
BASE_PRICE = {"Basic": 21.0, "Family": 39.0}


def files() -> dict[str, str]:
    """Return the data files: name -> CSV text."""
    rng = random.Random(SEED)  # noqa: S311 (synthetic data, not a secret)
    indicators: list[list[Cell]] = [
        [country, adults, online, income, cards if country != "Caldera" else None, days]
        for country, (adults, online, income, cards, days) in COUNTRIES.items()
    ]
    prices: list[list[Cell]] = []
    for country, (_, _, income, _, _) in COUNTRIES.items():
        for competitor in COMPETITORS:
            if (country, competitor) in {("Felland", "Boxwell"), ("Grisia", "Larder Club"), ("Caldera", "Larder Club")}:
                continue  # does not sell there
            for plan, base in BASE_PRICE.items():
                price = base * (0.72 + 0.28 * income / 27_800) * normal(rng, 1.0, 0.05)
                seen = date(2026, 5, 4) + timedelta(days=int(rng.random() * 20))
                prices.append([country, competitor, plan, f"{price:.2f}", seen.isoformat()])
    prices.append(prices[10])  # one price was noted twice
    return {
        "competitor_prices.csv": csv_text(["country", "competitor", "plan", "monthly_price_eur", "observed_on"], prices),
        "countries.csv": csv_text(
            ["country", "adults_million", "online_shoppers_share", "net_income_eur", "card_payment_share", "delivery_days"], indicators
        ),
    }
