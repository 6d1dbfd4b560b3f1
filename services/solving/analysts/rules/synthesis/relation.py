"""How a measure moves the KPI: it is the KPI, a factor of it, or an amount that enters its sums."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from services.analysis.ratios import Ratio
from services.solving.analysts.rules.situation import Situation
from shared.kit.value import Value


class Relation(Value):
    """A row of effects.toml; `same` is the KPI itself."""

    as_: Literal["same", "factor", "amount"]
    inverse: bool = False
    like: str = ""
    top: int = 0
    bottom: int = 0


SAME = Relation(as_="same")


@cache
def _effects() -> dict[str, dict[str, dict[str, Relation]]]:
    raw = tomllib.loads(resources.files(__package__).joinpath("effects.toml").read_text(encoding="utf-8"))
    return {
        domain: {
            kpi: {
                name: Relation.model_validate({"as_": row["as"], **{k: v for k, v in row.items() if k != "as"}})
                for name, row in rows.items()
            }
            for kpi, rows in kpis.items()
        }
        for domain, kpis in raw.items()
    }


def measure_named(now: Situation, ratio: Ratio) -> str | None:
    """Return the name that a situation knows a ratio by ("kpi" for the KPI), or None."""
    if now.measure is not None and same_ratio(now.measure.ratio, ratio):
        return "kpi"
    return next((name for name, m in now.measures.items() if same_ratio(m.ratio, ratio)), None)


def relation_of(now: Situation, ratio: Ratio) -> Relation | None:
    """Return how a ratio moves the KPI, or None where nobody can say."""
    name = measure_named(now, ratio)
    if name is None or now.measure is None:
        return None
    if name == "kpi":
        return SAME
    kpi = now.kpi.measure if now.kpi else ""
    relation = _effects().get(now.template.name, {}).get(kpi, {}).get(name)
    if relation is None or relation.as_ != "amount":
        return relation
    return relation if ratio.dataset == now.measure.dataset and _shares_bottom(now, ratio) else None


def same_ratio(a: Ratio, b: Ratio) -> bool:
    """Whether two ratios are the same sum over the same rows, whatever they are called."""
    return (a.dataset, _plain(a), a.total) == (b.dataset, _plain(b), b.total)


def _plain(ratio: Ratio) -> str:
    """The formula with each alias replaced by the measures behind it."""
    formula = ratio.formula
    for alias in sorted(ratio.of, key=len, reverse=True):
        formula = formula.replace(alias, "<" + "+".join(ratio.of[alias]) + ">")
    return formula


def _shares_bottom(now: Situation, ratio: Ratio) -> bool:
    """An amount only enters the KPI's sums when both are counted on the same base: what is below the line is in both."""
    assert now.measure is not None
    kpi = now.measure.ratio
    _, _, below = kpi.formula.partition(" / ")
    own = {m for alias, ms in kpi.of.items() if not below or alias in below for m in ms}
    return bool(own & {m for ms in ratio.of.values() for m in ms})
