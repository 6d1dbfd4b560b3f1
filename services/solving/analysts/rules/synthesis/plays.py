"""The playbook: what one does about a kind of finding, read from data files, with the words of the case filled in."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from services.solving.analysts.rules.column_match import likeness
from services.solving.analysts.rules.template import Lever, LeverAction, Template
from services.solving.analysts.rules.wording import listed
from shared.kit.value import Value

_Move = Literal["change", "level", "mix", "reversal", "together", "supported", "few", "best", "enter"]
_Search = Literal["test", "collect", "talks", "agree", "target", "watch", "pilot", "price"]
Kind = _Move | _Search
_WORD = re.compile(r"\{([A-Za-z_]+)\}")
_DAYS_A_WEEK = 5
_BY_GROUP = ("change", "level")  # kinds that a template's own levers answer to


class PlayAction(Value):
    """One action before it has a date; `days` are working days from the start."""

    step: str
    what: str
    owner: str
    days: int
    effort: str
    success: str
    needs: list[str] = []


class PlayRisk(Value):
    """What can go wrong with a play."""

    risk: str
    mitigation: str
    probability: Literal["low", "medium", "high"] = "medium"
    impact: Literal["low", "medium", "high"] = "medium"


class Play(Value):
    """What to do about a kind of finding."""

    domain: str
    kinds: list[Kind]
    measures: list[str] = []
    title: str
    why: str
    action: list[PlayAction]
    risk: list[PlayRisk]


@cache
def _plays() -> tuple[Play, ...]:
    folder = resources.files(__package__).joinpath("playbook")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(Play.model_validate(row) for f in files for row in tomllib.loads(f.read_text(encoding="utf-8"))["play"])


def play_for(template: Template, kind: Kind, measure: str = "", cut: str | None = None) -> Play:
    """Return the play for a finding: the template's special one, else its lever for the cut, else the general one.

    Raises KeyError for a kind without a general play.
    """
    special = [p for p in _plays() if p.domain == template.name and kind in p.kinds and (not p.measures or measure in p.measures)]
    if special:
        return special[0]
    general = next((p for p in _plays() if p.domain == "*" and kind in p.kinds), None)
    if general is None:
        raise KeyError(kind)
    lever = _lever(template, cut) if kind in _BY_GROUP and cut and measure in ("kpi", "") else None
    return general if lever is None else _from_lever(lever, general)


def _lever(template: Template, cut: str) -> Lever | None:
    for lever in template.lever:
        concepts = [template.concept[name] for name in lever.cuts if name in template.concept]
        if any(likeness(cut, concept.columns) >= 0.5 for concept in concepts):
            return lever
    return None


def _with_needs(action: LeverAction) -> str:
    return f"{action.step}; it takes {listed(action.needs)}" if action.needs else action.step


def _from_lever(lever: Lever, general: Play) -> Play:
    actions = [
        PlayAction(
            step=a.step, what=_with_needs(a), owner=a.owner, days=a.weeks * _DAYS_A_WEEK, effort=a.effort, success=a.success, needs=a.needs
        )
        for a in lever.action
    ]
    risks = [PlayRisk(risk=r.risk, mitigation=r.mitigation, probability=r.probability, impact=r.impact) for r in lever.risk]
    return general.model_copy(update={"title": lever.title, "action": actions, "risk": [*risks, *general.risk][:3]})


def filled(text: str, words: dict[str, str]) -> str:
    """Return a text with its slots filled; `{Measure}` takes `measure` with a capital. An unknown slot is left out."""

    def replace(match: re.Match[str]) -> str:
        slot = match[1]
        word = words.get(slot.lower(), "")
        return word[:1].upper() + word[1:] if slot[0].isupper() and not word.startswith("[[") else word

    return re.sub(r"\s{2,}", " ", _WORD.sub(replace, text)).strip()
