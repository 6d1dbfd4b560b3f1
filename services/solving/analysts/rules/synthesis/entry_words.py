"""What a sizing from stated numbers says: the answer, its points, the actions and what would change our mind."""

from services.solving.analysts.rules.dates_in_text import spoken
from services.solving.analysts.rules.synthesis.case import Case
from services.solving.analysts.rules.synthesis.drafts import Draft, collections
from services.solving.analysts.rules.synthesis.entry import Entry
from services.solving.analysts.rules.synthesis.recommend import deadline_of, readable
from services.solving.analysts.rules.wording import plural_of, sentence
from services.solving.steps.synthesize import ExpectedImpact, Impact, SupportingPoint
from shared.kit.cited import cite, name
from shared.kit.numbers import Style

_ASSUMED = 0.4  # how sure a number from elsewhere is
_WHY = "Assumed from home; nothing was measured there"


def drafts(entry: Entry, case: Case) -> list[Draft]:
    """Return the drafts of an entry: measure the first share, test the price, collect what is missing."""
    enough = f"; {cite(entry.breakeven)} would do to reach the hurdle" if entry.breakeven else ""
    words = {"segment": entry.market, "here": cite(entry.revenue), "there": enough}
    reaches = entry.target is None or case.ledger.value(entry.revenue) >= case.ledger.value(entry.target)
    made = [Draft("enter" if reaches else "pilot", _evidence(entry, case, 0)[:2], _ASSUMED, _WHY, words)]
    if entry.rival_price is not None and case.ledger.value(entry.rival_price) < case.ledger.value(entry.price):
        words = {"segment": entry.market, "here": cite(entry.price), "there": cite(entry.rival_price)}
        made.append(
            Draft(
                "price", _evidence(entry, case, 1)[:1], _ASSUMED, "Prices seen on competitors' sites, not what customers would pay", words
            )
        )
    return [*made, *collections(case)][:3]


def _evidence(entry: Entry, case: Case, place: int) -> list[str]:
    """The rankings the plan asked for: the sizing first, then the price."""
    ranked = [f for f in case.analysis.findings if f.method == "ratio_ranking"]
    sizing = [f.id for f in ranked if "factor" in f.params]
    price = [f.id for f in ranked if f.params.get("hurdle") == case.ledger.value(entry.price)]
    return (sizing, price)[place] or [f.id for f in case.analysis.findings[:0]]


def points(entry: Entry, case: Case) -> list[SupportingPoint]:
    """Return the points an entry stands on."""
    sizing, price = _evidence(entry, case, 0), _evidence(entry, case, 1)
    made = [SupportingPoint(text=_size(entry), finding_ids=sizing, so_what=_size_means(entry))]
    if entry.passing and entry.markets and entry.target:
        text = f"{cite(entry.passing)} of {cite(entry.markets)} {plural_of(entry.noun)} reach the hurdle of {cite(entry.target)}."
        made.append(
            SupportingPoint(
                text=text,
                finding_ids=sizing,
                so_what="Size alone does not decide between those that reach it: price, loyalty and delivery do.",
            )
        )
    if entry.rival_price and entry.at_rival_price:
        made.append(SupportingPoint(text=_price(entry, case), finding_ids=price, so_what=_price_means(entry)))
    if entry.breakeven and entry.target:
        made.append(
            SupportingPoint(text=_holds(entry), finding_ids=sizing, so_what="It is the number to measure first: below it we do not enter.")
        )
    return made


def _size(entry: Entry) -> str:
    next_ = f", {entry.second[0]} next with {cite(entry.second[1])}" if entry.second else ""
    return sentence(f"{entry.market} offers {cite(entry.revenue)} a year by the assumptions{next_}")


def _size_means(entry: Entry) -> str:
    if entry.second is None:
        return "Whether it pays turns on the shares the text assumes, not on the number of people."
    return f"Preparation goes into {entry.market} first; {entry.second[0]} is the way out if its numbers do not hold."


def _price(entry: Entry, case: Case) -> str:
    assert entry.rival_price is not None
    inputs = {"ours": entry.price, "theirs": entry.rival_price}
    apart = case.ledger.formula("abs(ours / theirs - 1)", inputs, label="our price against the competitors'", style=Style.PERCENT)
    word = "above" if case.ledger.value(entry.price) > case.ledger.value(entry.rival_price) else "below"
    return sentence(
        f"Our price of {cite(entry.price)} is {cite(apart)} {word} what competitors ask in {entry.market} ({cite(entry.rival_price)})"
    )


def _price_means(entry: Entry) -> str:
    assert entry.at_rival_price is not None
    return f"At their price the business is {cite(entry.at_rival_price)} a year, so the price is tested before the launch and not after."


def _holds(entry: Entry) -> str:
    assert entry.breakeven is not None
    return sentence(f"The hurdle is still reached at {cite(entry.breakeven)} instead of {cite(entry.shares[0])} {entry.trial_words}")


def expected(entry: Entry, case: Case) -> ExpectedImpact:
    """Return what the entry would bring, as a range with its arithmetic."""
    formula = case.ledger.entry(entry.revenue).recipe
    low = case.ledger.entry(entry.low).recipe
    shown = readable(formula.formula or "", formula.inputs)
    theirs = " at the competitors' price" if low.inputs.get("price") != entry.price else ""
    return ExpectedImpact(
        kpi=case.kpi_said,
        delta_absolute_key=entry.revenue,
        low_key=entry.low,
        high_key=entry.revenue,
        timeframe="in the year the assumptions speak of",
        assumptions=[
            "The shares and the price are those of the text; nothing was measured in the market.",
            f"Low end: half of the first share{theirs}.",
        ],
        arithmetic=f"{shown} = {cite(entry.revenue)}; low end {cite(entry.low)}: half of the first share{theirs}.",
        overlap_removed="Nothing: it is the only effect that is counted.",
    )


def impact(entry: Entry, case: Case) -> Impact:
    """Return the sum: the sizing against the hurdle."""
    hurdle = f" against a hurdle of {cite(entry.target)}" if entry.target else ""
    misses = entry.target is not None and case.ledger.value(entry.low) < case.ledger.value(entry.target)
    low = f"at the low end it is {cite(entry.low)}{', which misses it' if misses else ''}"
    return Impact(
        gap_key=None,
        total_key=entry.revenue,
        remaining_key=None,
        statement=f"By the assumptions {entry.market} brings {cite(entry.revenue)} a year{hurdle}; {low}.",
    )


def answer(entry: Entry, case: Case) -> str:
    """Return the governing answer."""
    if entry.target is None:
        return f"By the assumptions {entry.market} offers {cite(entry.revenue)} a year, and {cite(entry.low)} at the low end."
    reaches = case.ledger.value(entry.revenue) >= case.ledger.value(entry.target)
    if not reaches:
        short = f"Do not enter yet: by the assumptions {entry.market} offers {cite(entry.revenue)} a year"
        return f"{short}, below the hurdle of {cite(entry.target)}."
    first = f"Prepare {entry.market} and decide on measured numbers: {cite(entry.revenue)} a year by the assumptions"
    return f"{first}, against a hurdle of {cite(entry.target)}."


def triggers(entry: Entry) -> list[str]:
    """Return what would change our mind on the entry."""
    found = []
    if entry.breakeven:
        found.append(
            f"{cite(entry.breakeven)} or less {entry.trial_words}, measured in the pilot: the hurdle is missed, and we do not enter."
        )
    if entry.second:
        found.append(
            f"{cite(entry.second[1])} is what {entry.second[0]} offers: if measured numbers put {entry.market} below it, the order turns."
        )
    if entry.at_rival_price:
        left = f"{cite(entry.at_rival_price)} is left at the competitors' price"
        found.append(f"{left}: if our price does not hold in the test, the case is worked out from there.")
    return found


def decision(entry: Entry, case: Case) -> str:
    """Return the decision asked for."""
    day = deadline_of(case)
    by = f", and decide with its numbers by {name(spoken(day))}" if day else ", and decide with its numbers"
    return f"Does the {case.frame.decision_maker} release the pilot for {entry.market}{by}?"
