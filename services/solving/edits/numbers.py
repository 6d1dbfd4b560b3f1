"""Numbers that people write: each becomes a ledger entry that says who assumed it, so that an edited text can be shown like any other."""

import re
from typing import Any

from services.solving.evidence.ledger import EvidenceKind, Ledger, Recipe
from shared.kit.cited import cite
from shared.kit.numbers import Style

_PART = re.compile(r"(\[\[.*?\]\])", re.DOTALL)
_NUMERAL = re.compile(r"(?<!\w)(?P<sign>[-+\u2212]?)(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<percent>\s?%)?")
# fields of a frame, a node or a priority that hold prose; the others are names, ids, dates and SQL
_PROSE = frozenset(
    (
        *("goal", "decision", "decision_maker", "deadline", "text", "question", "default", "why", "would_change", "answer", "role"),
        *(
            "interest",
            "definition",
            "window",
            "include",
            "exclude",
            "constraints",
            "success_criteria",
            "title",
            "hypotheses",
            "required_data",
            "notes",
            "logic",
            "rationale",
        ),
    )
)


def vouched(text: str, ledger: Ledger, who: str) -> str:
    """Return cited text in which every numeral outside a token cites a new assumption made by `who`."""
    parts = _PART.split(text)
    return "".join(part if _PART.fullmatch(part) else _NUMERAL.sub(lambda m: _assumed(m, ledger, who), part) for part in parts)


def vouched_record(value: Any, ledger: Ledger, who: str, *, prose: bool = False) -> Any:
    """Return a record's JSON with every numeral in its prose vouched for."""
    match value:
        case str():
            return vouched(value, ledger, who) if prose else value
        case dict():
            return {key: vouched_record(item, ledger, who, prose=key in _PROSE) for key, item in value.items()}
        case list():
            return [vouched_record(item, ledger, who, prose=prose) for item in value]
        case _:
            return value


def _assumed(match: re.Match[str], ledger: Ledger, who: str) -> str:
    digits = match["digits"]
    places = len(digits.partition(".")[2])
    value = float(digits.replace(",", "")) * (-1 if match["sign"] in {"-", "\u2212"} else 1)
    percent = match["percent"] is not None
    key = ledger.number(
        EvidenceKind.ASSUMPTION,
        value / 100 if percent else value,
        Recipe(reason=f"Written by {who}."),
        label="A figure somebody wrote",
        style=Style.PERCENT if percent else Style.NUMBER,
        signed=match["sign"] == "+",
        decimals=places,
    )
    return cite(key)
