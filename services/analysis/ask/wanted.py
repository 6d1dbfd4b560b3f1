"""What answers are wanted: the names, slots and number formats that `--format` spells out.

@mean_age[mean_value] @count[n] where "mean_value" is a number rounded to two decimal places, "n" an integer.
"""

import itertools
import re
from dataclasses import dataclass

from services.analysis.ask.lexicon import SPELLED, number_of
from services.analysis.ask.plan import Writing
from services.analysis.ask.wording import plain

_ANSWER = re.compile(r"@+\s*([\w.\- ]+?)\s*[:=]?\s*\[+([^\]\n]*)\]+")
_BRACED = re.compile(r"(@\s*[\w.\-]+)\s*\{([^{}\n]*)\}")
_DECIMALS = re.compile(
    rf"(\d+|{SPELLED})\s*(?:-\s*)?(?:decimal|digits? after)|decimal places? of (\d+)|\.(\d)f\b"
    rf"|(?:floats?|numbers?) with (\d+|{SPELLED}) decimals?"
)
_NEAREST = {
    "nearest tenth": 1,
    "nearest hundredth": 2,
    "nearest thousandth": 3,
    "nearest integer": 0,
    "nearest whole": 0,
    "whole number": 0,
}
_QUOTED = re.compile(r"(?<!\w)'([^'\n]{1,60})'(?!\w)|\"([^\"\n]{1,60})\"")
_PAIRS = (("True", "False"), ("Yes", "No"), ("yes", "no"), ("true", "false"))


@dataclass(frozen=True)
class WantedSlot:
    """One value of a wanted answer: its own name, what the format says of it, its options where it is a choice of words."""

    name: str
    said: str
    writing: Writing
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """One wanted answer."""

    name: str
    slots: tuple[WantedSlot, ...]


def wanted_of(answer_format: str, otherwise: str = "") -> list[Wanted]:
    """Return the answers a format names. `otherwise` is the text in which rounding is looked for when the format gives none."""
    text = plain(_BRACED.sub(r"\1[\2]", answer_format))
    pieces = list(_ANSWER.finditer(text))
    where = text[pieces[-1].end() :] if pieces else ""
    between = [text[a.end() : b.start()] for a, b in itertools.pairwise(pieces)]
    described = " ".join([*between, where])
    fallback = decimals_in(otherwise)
    slot_names = list(dict.fromkeys(s for m in pieces for s in _slots(m[2], described)))
    found: list[Wanted] = []
    for match in pieces:
        slots = tuple(_slot(name, described, slot_names, fallback) for name in _slots(match[2], described))
        if match[1] not in {w.name for w in found}:  # a second time: the same answer spelled out for another case
            found.append(Wanted(match[1], slots))
    return found


def _slots(inside: str, described: str) -> list[str]:
    whole = inside.strip().strip("\"'")
    if re.search(rf"[\"']{re.escape(whole)}[\"']", described):
        return [whole]
    return [s.strip().strip("\"'") for s in inside.split(",") if s.strip()] or [whole]


def decimals_in(text: str) -> int | None:
    """Return the decimals a text asks for, None where it asks for none or for several different numbers."""
    said = {number_of(next(g for g in m.groups() if g)) for m in _DECIMALS.finditer(text.lower())}
    said |= {float(n) for phrase, n in _NEAREST.items() if phrase in text.lower()}
    return int(said.pop()) if len(said) == 1 else None


def _slot(name: str, described: str, names: list[str], fallback: int | None) -> WantedSlot:
    said = _said_of(re.sub(r"\s*\([^)]*\)\s*$", "", name), described, [re.sub(r"\s*\([^)]*\)\s*$", "", n) for n in names])
    lower = said.lower()
    options = _options(f"{name} {said}" if "/" in name else said, names)
    for pair in _PAIRS:
        options = pair if name in pair or name in {f"{pair[0]}/{pair[1]}", f"{pair[0]} or {pair[1]}"} else options
    whole = bool(re.search(r"\binteger|\bwhole number|\bint\b", lower)) and not re.search(r"\bfloat|decimal", lower)
    decimals = decimals_in(said)
    if decimals is None and not whole:
        decimals = decimals_in(described) if decimals_in(described) is not None else fallback
    percent = bool(re.search(r"percentage|percent\b|%", lower))
    return WantedSlot(name, said, Writing(decimals=decimals, whole=whole, percent=percent), options)


def _said_of(name: str, described: str, names: list[str]) -> str:
    """Return the part of the description about a slot: from its name to the next names that are not joined to it."""
    spots = sorted((m.start(), m.end(), n) for n in names for m in re.finditer(rf"(?<![\w]){re.escape(n)}(?![\w])", described))
    quoted = [spot for spot in spots if described[spot[0] - 1 : spot[0]] in {'"', "'"}]
    spots = quoted if any(n == name for _, _, n in quoted) else spots
    kept: list[tuple[int, int, str]] = []
    for spot in spots:
        if not kept or spot[0] >= kept[-1][1]:
            kept.append(spot)
    mine = next((i for i, spot in enumerate(kept) if spot[2] == name), None)
    if mine is None:
        return described
    last = mine
    while last + 1 < len(kept) and re.fullmatch(r"[\s\"',]*(?:(?:and|or)[\s\"']*)?", described[kept[last][1] : kept[last + 1][0]]):
        last += 1
    stop = kept[last + 1][0] if last + 1 < len(kept) else len(described)
    return described[kept[last][1] : stop].lstrip("\"'").rstrip("\"' ")


def _options(said: str, names: list[str]) -> tuple[str, ...]:
    lower = said.lower()
    if re.match(r"\W*(?:is|are) (?:an?|the) (?:\w+ )?(?:number|integer|float|decimal|p-?value)", lower):
        return ()
    alternatives = re.search(r"\b(?:is|are|be) (['\"])[^'\"]+\1(?:,? (?:or )?(['\"])[^'\"]+\2)+", lower)
    if not alternatives and not re.search(r"string|boolean|either|one of|denot|yes|true|label|categor|status|conclusion", lower):
        return ()
    quoted = [
        a or b
        for a, b in _QUOTED.findall(said + "'" * (said.count("'") % 2) if said.count('"') == 0 else said + '"' * (said.count('"') % 2))
    ]
    chosen = list(dict.fromkeys(q.strip() for q in quoted if q.strip() and q not in names))
    if len(chosen) >= 2:
        return tuple(chosen)
    for pair in _PAIRS:
        if all(re.search(rf"\b{word}\b", said) for word in pair):
            return pair
    return ("True", "False") if "boolean" in lower else ()
