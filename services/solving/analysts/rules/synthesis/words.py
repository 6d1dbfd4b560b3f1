"""One short claim for a finding: the sentence a slide's heading or a point of the argument is made of.

The verbs keep to what the design allows: "is higher where", "goes with", "rose"; nothing causes anything.
"""

import re
from collections.abc import Callable

from services.analysis.findings import Finding
from services.solving.analysts.rules.synthesis.case import Case
from services.solving.analysts.rules.synthesis.subject import place_said
from services.solving.analysts.rules.wording import plural_of, safe, said
from shared.kit.cited import cite

_ASIDE = re.compile(r"\s\((?:[^()\[\]]|\[\[.*?\]\])*\)")


def measure_said(finding: Finding) -> str:
    """Return a finding's measure as people say it."""
    if finding.measure is None:
        return "the number"
    if "[[" in finding.measure:
        return finding.measure  # a ratio's label is cited text already
    if finding.measure.startswith(("rate(", "duration(", "bracket(")):
        return _derived(finding)
    return said(finding.measure) if "_" in finding.measure or finding.measure.islower() else safe(finding.measure)


def _derived(finding: Finding) -> str:
    labels = [fact.label for fact in finding.facts if fact.name == "value"]
    label = labels[0].split(",")[0].removeprefix("average ") if labels else finding.measure or ""
    return safe(label)


def segment_of(finding: Finding) -> str:
    """Return the place a finding speaks of, or nothing where it speaks of the whole."""
    pairs = [(column, [value] if isinstance(value, str) else list(value)) for column, value in finding.entities.items()]
    return place_said([(_column(column), values) for column, values in pairs])


def _column(name: str) -> str:
    match = re.fullmatch(r"bracket\((.+)\)", name)
    return f"{match[1]} bracket" if match else name


def claim_of(finding: Finding, case: Case) -> str:
    """Return a finding as one short claim in cited text, without n and p."""
    writer = _WRITERS.get(finding.method)
    facts = case.analysis.facts.get(finding.id, {})
    claim = writer(finding, {name: cite(key) for name, key in facts.items()}) if writer and finding.kind != "no_effect" else None
    return _capital(claim or first_claim(case.analysis.statements.get(finding.id, "")))


def first_claim(statement: str) -> str:
    """Return the first clause of a finding's sentence, asides removed."""
    return _ASIDE.sub("", statement).split("; ", maxsplit=1)[0].strip().rstrip(".")


def _capital(text: str) -> str:
    return text if text.startswith("[[") else text[:1].upper() + text[1:]


def _at(finding: Finding) -> str:
    place = segment_of(finding)
    return f" in {place}" if place else ""


def _change(finding: Finding, said_as: dict[str, str]) -> str | None:
    if not {"value", "baseline"} <= said_as.keys():
        return None
    verb = "rose" if finding.direction == "increasing" else "fell"
    return f"{measure_said(finding)}{_at(finding)} {verb} from {said_as['baseline']} to {said_as['value']}"


def _difference(finding: Finding, said_as: dict[str, str]) -> str | None:
    if not {"value", "baseline", "difference"} <= said_as.keys() or finding.strength == "adjusted":
        return None  # a comparison like with like needs its whole sentence
    more = "higher" if finding.direction == "higher" else "lower"
    return f"{measure_said(finding)} is {said_as['value']}{_at(finding)}, {said_as['difference']} {more} than elsewhere"


def _level(finding: Finding, said_as: dict[str, str]) -> str | None:
    if finding.q_value is None:
        return None
    by = finding.by[0] if finding.by else ""
    first = {k: v[0] if k == by and isinstance(v, list) else v for k, v in finding.entities.items()}
    return _difference(finding.model_copy(update={"entities": first}), said_as)


def _mix(finding: Finding, said_as: dict[str, str]) -> str | None:
    if not {"value", "total_change"} <= said_as.keys() or not finding.by:
        return None
    by, part, whole = said(finding.by[0]), said_as["value"], said_as["total_change"]
    return f"the mix by {by} accounts for {part} of the {whole} change in {measure_said(finding)}"


def _association(finding: Finding, said_as: dict[str, str]) -> str | None:
    against = finding.params.get("against")
    if not isinstance(against, dict) or not {"baseline", "top"} <= said_as.keys():
        return None
    other, more = said(str(against["column"])), "higher" if finding.direction == "positive" else "lower"
    low, high = said_as["baseline"], said_as["top"]
    return f"{measure_said(finding)} is {more} where {other} is higher: {low} in the lowest fifth, {high} in the highest"


def _concentration(finding: Finding, said_as: dict[str, str]) -> str | None:
    if not {"value", "groups", "few"} <= said_as.keys() or not finding.by:
        return None
    measure = measure_said(finding).removeprefix("number of ")
    few = next(fact.value for fact in finding.facts if fact.name == "few")
    if few == 1:
        return f"{segment_of(finding)} alone carries {said_as['value']} of {measure}"
    noun = plural_of(said(finding.by[0]).removesuffix(" ID").removesuffix(" name"))
    return f"{said_as['few']} of {said_as['groups']} {noun} carry {said_as['value']} of {measure}"


_WRITERS: dict[str, Callable[[Finding, dict[str, str]], str | None]] = {
    "ratio_change": _change,
    "ratio_difference": _difference,
    "ratio_mix": _mix,
    "ratio_association": _association,
    "level": _level,
    "ratio_concentration": _concentration,
}
