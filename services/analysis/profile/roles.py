"""What a column is to an analyst, decided by its statistics and structure, with its name as a light hint."""

import re
from dataclasses import dataclass

from services.analysis.dataset import Role, ValueType
from services.analysis.profile.aggregates import Summary


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a role is decided from."""

    name: str
    type: ValueType
    rows: int
    summary: Summary
    sample: tuple[str, ...] = ()


def words_of(name: str) -> list[str]:
    """Return the lower-case words of a column's name: "customerID" and "customer_id" both give customer, id."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [word for word in re.split(r"[\W_]+", spaced.lower()) if word]


_ID_WORDS = frozenset(
    {
        "id",
        "uuid",
        "guid",
        "key",
        "no",
        "nr",
        "number",
        "code",
        "index",
        "idx",
        "sku",
        "zip",
        "zipcode",
        "postcode",
        "postal",
        "fips",
        "phone",
    }
)
_MONEY_WORDS = frozenset(
    {
        "amount",
        "price",
        "cost",
        "costs",
        "revenue",
        "revenues",
        "salary",
        "wage",
        "fee",
        "fees",
        "charge",
        "charges",
        "fare",
        "income",
        "spend",
        "spending",
    }
    | {
        "budget",
        "profit",
        "sales",
        "turnover",
        "payment",
        "expense",
        "expenses",
        "arr",
        "mrr",
        "cac",
        "ltv",
        "balance",
        "premium",
        "discount",
    }
)
_SHARE_WORDS = frozenset({"percent", "percentage", "pct", "perc", "share", "rate", "ratio", "%"})
_STATUS_WORDS = frozenset({"status", "state", "outcome", "result", "stage", "phase", "disposition", "resolution"})
_PLACE_WORDS = frozenset(
    {"country", "city", "region", "county", "province", "location", "address", "town", "territory", "continent", "market"}
)


def decide_role(evidence: Evidence) -> Role:
    """Return the role of a column."""
    summary = evidence.summary
    if summary.present == 0:
        return Role.EMPTY
    if summary.distinct <= 1:
        return Role.CONSTANT
    if evidence.type == "boolean":
        return Role.BOOLEAN
    if evidence.type in {"date", "timestamp"}:
        return Role.TIME
    if evidence.type in {"integer", "number"}:
        return _numeric_role(evidence)
    if evidence.type == "text":
        return _text_role(evidence)
    return Role.CATEGORY


def _numeric_role(evidence: Evidence) -> Role:
    summary, words = evidence.summary, words_of(evidence.name)
    low, high = float(summary.min or 0), float(summary.max or 0)
    whole = summary.whole == summary.present
    if whole and summary.distinct == 2 and (low, high) == (0, 1):
        return Role.BOOLEAN
    unique = summary.distinct >= 0.98 * summary.present and summary.present >= 10
    if whole and unique and high - low + 1 <= 1.2 * summary.present:
        return Role.IDENTIFIER
    if whole and words and words[-1] in _ID_WORDS:
        return Role.IDENTIFIER
    if not set(words).isdisjoint(_SHARE_WORDS):
        return Role.PERCENTAGE
    if not set(words).isdisjoint(_MONEY_WORDS):
        return Role.CURRENCY
    return Role.MEASURE


def _text_role(evidence: Evidence) -> Role:
    summary, words = evidence.summary, words_of(evidence.name)
    present, distinct = summary.present, summary.distinct
    unique = distinct >= 0.95 * present and present >= 10
    coded = summary.coded >= 0.9 * present
    if unique and coded:
        return Role.IDENTIFIER
    if (summary.mean_words or 0) >= 3 and (distinct > 0.2 * present or distinct > 200) and summary.titled < 0.8 * present:
        return Role.FREE_TEXT
    if unique:
        return Role.IDENTIFIER
    if not set(words).isdisjoint(_STATUS_WORDS) and distinct <= 12:
        return Role.RATE
    if not set(words).isdisjoint(_PLACE_WORDS):
        return Role.GEOGRAPHY
    return Role.CATEGORY
