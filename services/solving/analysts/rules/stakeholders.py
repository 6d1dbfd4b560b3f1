"""Who decides and who has a say: those the text names, then those a problem of this kind always concerns."""

import re

from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.vocabulary import pattern, roles_said
from services.solving.analysts.rules.wording import safe
from services.solving.steps.frame import Stakeholder

_SHORT = {"ceo", "cfo", "coo", "cto", "cmo", "cio", "chro", "vp", "it", "hr", "r&d"}
_LONG = {
    "ceo": "chief executive",
    "cfo": "chief financial officer",
    "coo": "chief operating officer",
    "cmo": "chief marketing officer",
    "chro": "chief human resources officer",
}


def stakeholders(now: Situation) -> list[Stakeholder]:
    """Return who has a say; roles the text names come first, the decision-maker before all."""
    decider = decision_maker(now)[0]
    named = [Stakeholder(role=said(role), interest=_interest(role, now), can_veto=_can_veto(role)) for role in now.reading.roles]
    known = [Stakeholder(role=s.role, interest=s.interest, can_veto=s.can_veto) for s in now.template.stakeholder]
    first = Stakeholder(role=decider, interest=f"decides {now.template.decision}", can_veto=True)
    merged: dict[str, Stakeholder] = {}
    for one in [first, *named, *known]:
        merged.setdefault(_key(one.role), one)
    return list(merged.values())[:7]


def decision_maker(now: Situation) -> tuple[str, bool]:
    """Return who decides, and whether the text, or an answer, says so."""
    if now.reading.settled.decider:
        return said(now.reading.settled.decider), True
    roles = pattern("roles", "names").pattern
    decides = r"(?:will\s+|must\s+|has to\s+|have to\s+)?(?:decides?|approves?|takes? the decision|signs? off)"
    match = re.search(rf"(?P<role>{roles})\s+(?:team\s+)?{decides}", now.reading.text, re.IGNORECASE)
    if match:
        return said(match["role"]), True
    chinese = re.search(rf"(?P<role>{roles})(?:来|最终|将)?(?:决定|批准|拍板)", now.reading.text)
    if chinese:
        return said(chinese["role"]), True
    if re.search(r"\bI (?:will |must |have to )?decide\b", now.reading.text):
        return now.template.decision_maker, True
    wants = re.search(rf"(?P<role>{roles})\s+(?:wants|asks|asked|expects|needs|requires)", now.reading.text, re.IGNORECASE)
    wants = wants or re.search(
        rf"\b(?:should|must|can|could) (?:the |our )?(?P<role>{roles}) (?:do|change|start|stop|decide)\b", now.reading.text, re.IGNORECASE
    )
    return (said(wants["role"]), True) if wants else (now.template.decision_maker, False)


def said(role: str) -> str:
    """Return a role as people write it: acronyms in capitals, Chinese roles by their English name."""
    role = roles_said().get(role, role)
    words = [w.upper() if w.lower() in _SHORT else w.lower() for w in role.split()]
    return safe(" ".join(words))


def _key(role: str) -> str:
    return _LONG.get(role.lower(), role.lower())


def _can_veto(role: str) -> bool:
    return bool(pattern("roles", "veto").search(role))


def _interest(role: str, now: Situation) -> str:
    known = next((s.interest for s in now.template.stakeholder if _key(s.role) == _key(role)), None)
    return known or "is named in the problem and must be heard"
