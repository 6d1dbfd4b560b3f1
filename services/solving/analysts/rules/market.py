"""A sizing from stated assumptions: people within reach, times the shares the text assumes, times the price a year."""

import re
from dataclasses import dataclass

from services.solving.analysts.rules.measures import Cut, Measure
from services.solving.analysts.rules.numbers_in_text import Quantity, quantities
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.wording import tokens

_MONTHLY = re.compile(r"\b(?:a|per|each|every)\s+month\b|\bmonthly\b|/\s?month", re.IGNORECASE)
_YEARLY = re.compile(r"\b(?:a|per|each|every)\s+year\b|\byearly\b|\bannual(?:ly)?\b|/\s?year", re.IGNORECASE)
_SCALES = {"million": 1e6, "millions": 1e6, "mn": 1e6, "m": 1e6, "thousand": 1e3, "thousands": 1e3, "k": 1e3}


@dataclass(frozen=True)
class Assumed:
    """What the text assumes of each person within reach."""

    shares: tuple[Quantity, ...]
    price: Quantity | None
    payments: int  # how often a year the price is paid

    @property
    def factor(self) -> float | None:
        """Revenue a year for one person within reach, None where the text assumes no price or no share."""
        if self.price is None or not self.shares:
            return None
        product = self.price.value * self.payments
        for share in self.shares:
            product *= share.value
        return product


def assumed(now: Situation) -> Assumed:
    """Return the assumptions of the text: its shares and the price beside "a month" or "a year"."""
    shares: list[Quantity] = []
    price, payments = None, 1
    for sentence in now.reading.assumed:
        for found in quantities(sentence):
            after = sentence[found.end : found.end + 20]
            if found.kind == "percent":
                shares.append(found)
            elif found.kind == "money" and price is None and (_MONTHLY.search(after) or _YEARLY.search(after)):
                price, payments = found, 12 if _MONTHLY.search(after) else 1
    return Assumed(tuple(shares), price, payments)


def scale_of(measure: Measure) -> float:
    """Return what a column counts in: "adults_million" counts in millions."""
    return next((_SCALES[word] for column in measure.columns for word in tokens(column) if word in _SCALES), 1.0)


def ranking_params(name: str, measure: Measure, cut: Cut, now: Situation) -> dict[str, object]:
    """Return the parameters of a ranking: the sizing for the market, our price as the hurdle for competitors' prices."""
    says = assumed(now)
    params: dict[str, object] = {
        "dataset": measure.dataset,
        "ratio": measure.ratio.model_dump(mode="json"),
        "cut": cut.by.model_dump(),
        "worse": "lower" if now.higher_is_better(measure.ratio) else "higher",
    }
    if name == "market" and says.factor is not None:
        target = next((m.target for m in now.reading.wishes if m.target is not None and m.target.kind == "money"), None)
        currency = says.price.unit if says.price else ""
        params |= {"factor": float(f"{says.factor * scale_of(measure):.12g}"), "label": "yearly revenue by the text's assumptions"}
        params |= {"unit": currency, "style": "money", "hurdle": target.value if target else None}
    elif name == "price" and says.price is not None:
        params |= {"hurdle": says.price.value, "parts": _named_values(measure, now)}
    if name != "market":
        params["focus"] = largest(now)
    return params


def _named_values(measure: Measure, now: Situation) -> list[dict[str, object]]:
    """Return the parts of the data whose value the assumptions name: "the basic plan" narrows prices to Basic."""
    assert now.data is not None
    text = " ".join(now.reading.assumed).lower()
    parts: list[dict[str, object]] = []
    for cut in now.cuts.get("price", []):
        if cut.by.table is not None or cut.distinct > 12:
            continue
        values = [s.group for s in now.ratios.sums(measure.ratio, cut.by)] if now.ratios else []
        named = [v for v in values if len(v) > 2 and re.search(rf"\b{re.escape(v.lower())}\b", text)]
        if len(named) == 1 and tokens(cut.column)[-1] in text:
            parts.append({"cut": cut.by.model_dump(), "values": named})
    return parts


def largest(now: Situation) -> str | None:
    """Return the group that leads in the sizing, by a quick look."""
    measure, cuts = now.measures.get("market"), now.cuts.get("market", [])
    if measure is None or not cuts or now.ratios is None:
        return None
    groups = [s for s in now.ratios.sums(measure.ratio, cuts[0].by) if s.group and s.value is not None]
    return max(groups, key=lambda s: (s.value or 0.0, s.group)).group if groups else None
