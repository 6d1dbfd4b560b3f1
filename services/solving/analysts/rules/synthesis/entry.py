"""A case that rests on stated numbers: people within reach, times the shares the text assumes, times the price of a year.

People come from a table, market by market, or from the text itself; the arithmetic is one formula of the ledger.
"""

import re
from dataclasses import dataclass

from services.analysis.ratios import CutBy, Part, Ratio, Sums
from services.analysis.sql import quote_identifier
from services.solving.analysts.rules.market import Assumed, assumed, ranking_params, scale_of
from services.solving.analysts.rules.measures import Cut, Measure
from services.solving.analysts.rules.numbers_in_text import Quantity, quantities
from services.solving.analysts.rules.synthesis.case import Case
from services.solving.analysts.rules.wording import plural_of, safe
from shared.kit.numbers import Style

_PEOPLE = re.compile(
    r"^\s*(?P<who>(?:\w+\s){0,2}(?:adults|people|persons|households|inhabitants|consumers|customers|companies|businesses|users|shoppers|patients|students))\b",
    re.IGNORECASE,
)
_FEWEST_PEOPLE = 1000


@dataclass(frozen=True)
class Entry:
    """The sizing with its keys. `market` is a name for a sentence; `second`, `rivals` and counts are missing without tables."""

    market: str
    noun: str  # what one market is called: country
    revenue: str
    people: str
    shares: tuple[str, ...]
    trial_words: str  # what the first share is a share of, in the words of the text
    price: str
    target: str | None
    breakeven: str | None  # the first share at which the target is just reached
    low: str  # with half of the first share, and the competitors' price where that is lower
    second: tuple[str, str] | None = None  # name, revenue
    passing: str | None = None
    markets: str | None = None
    rival_price: str | None = None
    at_rival_price: str | None = None


def entry_of(case: Case) -> Entry | None:
    """Return the sizing of a market entry, or None where the text assumes no price or share, or nothing counts the people."""
    if case.now.kpi is None or not case.now.kpi.sizing or case.kpi is None:
        return None
    says = assumed(case.now)
    if says.factor is None or says.price is None:
        return None
    measure, cuts = case.now.measures.get("market"), case.now.cuts.get("market", [])
    if measure is not None and cuts and case.now.ratios is not None:
        return _from_table(case, says, measure, cuts[0])
    return _from_text(case, says)


def _from_table(case: Case, says: Assumed, measure: Measure, cut: Cut) -> Entry | None:
    assert case.now.ratios is not None
    groups = [g for g in case.now.ratios.sums(measure.ratio, cut.by) if g.group and g.value]
    groups.sort(key=lambda g: (-(g.value or 0.0), g.group))
    if not groups:
        return None
    chain, scale = _Chain(case, says), scale_of(measure)
    people = _people(case, measure.ratio, cut.by, groups[0], scale)
    second = None
    if len(groups) > 1 and (next_people := _people(case, measure.ratio, cut.by, groups[1], scale)):
        second = (safe(groups[1].group), chain.revenue(next_people, chain.price, f"yearly revenue, {groups[1].group}"))
    if people is None:
        return None
    rival = _rival_price(case, groups[0].group)
    return chain.entry(
        safe(groups[0].group),
        cut.label,
        people,
        rival,
        second=second,
        passing=_passing(case, chain, measure, cut, people),
        markets=_markets(case, measure, cut),
    )


def _people(case: Case, ratio: Ratio, cut: CutBy, group: Sums, scale: float) -> str | None:
    assert case.now.ratios is not None
    query = case.now.ratios.query(ratio, [Part(cut=cut, values=[group.group])])
    if scale != 1:
        query = f"select ({query}) * {scale:.0f}"
    return case.measured(query, f"people within reach, {group.group}", {"style": Style.COUNT})


def _from_text(case: Case, says: Assumed) -> Entry | None:
    """People as the text counts them: "12 million adults"."""
    for told in case.now.reading.sentences:
        for found in quantities(told):
            who = _PEOPLE.match(told[found.end :])
            if found.kind == "plain" and found.value >= _FEWEST_PEOPLE and who:
                people = case.ledger.stated(found.value, told, label=who["who"].strip(), style=Style.COUNT)
                return _Chain(case, says).entry("the market", "market", people, None)
    return None


class _Chain:
    """The stated links of the sizing, written into the ledger once."""

    def __init__(self, case: Case, says: Assumed) -> None:
        assert says.price is not None
        self.case, self.payments = case, says.payments
        self.shares = tuple(_stated(case, share, Style.PERCENT) for share in says.shares)
        self.price = _stated(case, says.price, Style.MONEY, says.price.unit)
        self.unit = says.price.unit
        self.words = _words_after(case, says.shares[0])

    def revenue(self, people: str, price: str, label: str, *, half: bool = False) -> str:
        """Write a year's revenue; with half of the first share where `half`."""
        inputs = {"people": people, "price": price, **self._named()}
        formula = self._product("people", *self._named(), "price") + (" / 2" if half else "")
        return self.case.ledger.formula(formula, inputs, label=label, unit=self.unit, style=Style.MONEY)

    def breakeven(self, people: str, target: str) -> str:
        """Write the first share at which a target is just reached."""
        rest = list(self._named())[1:]
        inputs = {"target": target, "people": people, "price": self.price, **{n: k for n, k in self._named().items() if n in rest}}
        formula = f"target / ({self._product('people', *rest, 'price')})"
        return self.case.ledger.formula(
            formula, inputs, label="first share at which the target is reached", style=Style.PERCENT, decimals=1
        )

    def entry(
        self,
        market: str,
        noun: str,
        people: str,
        rival: str | None,
        *,
        second: tuple[str, str] | None = None,
        passing: str | None = None,
        markets: str | None = None,
    ) -> Entry:
        """Return the sizing of one market."""
        ledger, target = self.case.ledger, self.case.kpi.target_key if self.case.kpi else None
        lower = rival if rival is not None and ledger.value(rival) < ledger.value(self.price) else self.price
        return Entry(
            market=market,
            noun=noun,
            revenue=self.revenue(people, self.price, f"yearly revenue, {market}"),
            people=people,
            shares=self.shares,
            trial_words=self.words,
            price=self.price,
            target=target,
            breakeven=self.breakeven(people, target) if target else None,
            low=self.revenue(people, lower, "yearly revenue, low end", half=True),
            second=second,
            passing=passing,
            markets=markets,
            rival_price=rival,
            at_rival_price=self.revenue(people, rival, "yearly revenue at the competitors' price") if rival else None,
        )

    def _named(self) -> dict[str, str]:
        return {f"share{chr(97 + i)}": key for i, key in enumerate(self.shares)}

    def _product(self, *names: str) -> str:
        return " * ".join([*names, *([str(self.payments)] if self.payments != 1 else [])])


def _stated(case: Case, found: Quantity, style: Style, unit: str = "") -> str:
    return case.ledger.stated(found.value, _sentence_of(case, found), label=_label(case, found), unit=unit, style=style)


def _sentence_of(case: Case, found: Quantity) -> str:
    return next((s for s in case.now.reading.assumed if found.text in s), found.text)


def _words_after(case: Case, found: Quantity) -> str:
    """What a stated number is said of: the words that follow it, up to the next comma."""
    told = _sentence_of(case, found)
    tail = told[told.index(found.text) + len(found.text) :] if found.text in told else ""
    return safe(re.split(r"[,;.]|\band\b", tail.strip())[0].strip()) or "people reached"


def _label(case: Case, found: Quantity) -> str:
    return f"{'price' if found.kind == 'money' else 'share'} as the text assumes it: {found.text} {_words_after(case, found)}"[:120]


def _markets(case: Case, measure: Measure, cut: Cut) -> str | None:
    column = quote_identifier(cut.column)
    return case.measured(
        f"select count(distinct {column}) from {quote_identifier(measure.dataset)}", plural_of(cut.label), {"style": Style.COUNT}
    )


def _passing(case: Case, chain: _Chain, measure: Measure, cut: Cut, people: str) -> str | None:
    """Count the markets that reach the target, by the people it takes."""
    assert case.now.ratios is not None
    if case.kpi is None or case.kpi.target_key is None or cut.by.table is not None:
        return None
    revenue = chain.revenue(people, chain.price, "yearly revenue")
    needed = case.ledger.value(case.kpi.target_key) * case.ledger.value(people) / case.ledger.value(revenue) / scale_of(measure)
    top, _ = case.now.ratios.row(measure.ratio)
    table, column = quote_identifier(measure.dataset), quote_identifier(cut.column)
    query = f"select count(*) from (select {column}, sum({top}) as reach from {table} group by 1) where reach >= {needed!r}"
    return case.measured(query, f"{plural_of(cut.label)} that reach the target", {"style": Style.COUNT})


def _rival_price(case: Case, market: str) -> str | None:
    """The competitors' mean price in a market, for the plan that the text prices."""
    measure, cuts = case.now.measures.get("price"), case.now.cuts.get("price", [])
    home = case.now.cuts.get("market", [])
    cut = next((c for c in cuts if home and c.column == home[0].column), None)
    if measure is None or cut is None or case.now.ratios is None:
        return None
    parts = [Part.model_validate(p) for p in _parts(ranking_params("price", measure, cut, case.now))]
    query = case.now.ratios.query(measure.ratio, [*parts, Part(cut=cut.by, values=[market])])
    return case.measured(query, f"competitors' price, {market}", {"style": Style.MONEY, "unit": measure.ratio.unit})


def _parts(params: dict[str, object]) -> list[object]:
    parts = params.get("parts")
    return parts if isinstance(parts, list) else []
