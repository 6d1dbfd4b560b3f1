"""The range a synthesis promises for its KPI, and where a reading stands in it; pure."""

from dataclasses import dataclass
from typing import Literal

from services.solving.evidence.ledger import Ledger
from services.solving.steps.frame import Direction, Frame, Kpi
from services.solving.steps.synthesize import Synthesis

Standing = Literal["short", "within", "beyond", "no_promise"]


@dataclass(frozen=True)
class Promise:
    """The KPI, and the ledger keys of where it stood and of both ends of where it shall be; None where nothing was sized."""

    kpi: Kpi
    baseline_key: str | None
    low_key: str | None  # the end that promises less
    high_key: str | None


def promised(frame: Frame, synthesis: Synthesis, ledger: Ledger) -> Promise | None:
    """Return what the recommendations together promise for the first KPI: its baseline plus the sum of their low and of their high ends.

    None when the frame has no KPI. The ends are written into the ledger as formulas over what the synthesis wrote.
    """
    if not frame.kpis:
        return None
    kpi = frame.kpis[0]
    impacts = [one.expected_impact for one in synthesis.recommendations]
    sized = [(one.low_key, one.high_key) for one in impacts if one.low_key and one.high_key]
    if kpi.baseline_key is None or not sized or synthesis.impact.total_key is None:
        return Promise(kpi, kpi.baseline_key, None, None)
    low, high = (_end(kpi, kpi.baseline_key, [pair[place] for pair in sized], ledger, word) for place, word in ((0, "low"), (1, "high")))
    return Promise(kpi, kpi.baseline_key, low, high)


def _end(kpi: Kpi, baseline: str, effects: list[str], ledger: Ledger, word: str) -> str:
    names = {f"effect{chr(97 + place)}": key for place, key in enumerate(effects)}
    return ledger.formula(
        f"today + {' + '.join(names)}", {"today": baseline, **names}, label=f"{kpi.name} as promised, {word} end", like=baseline
    )


def standing(value: float, low: float | None, high: float | None, direction: Direction) -> Standing:
    """Return where a reading stands: short of the promised range, within it, or beyond it, in the direction that was wanted."""
    if low is None or high is None:
        return "no_promise"
    least, most = min(low, high), max(low, high)
    if least <= value <= most:
        return "within"
    if direction == "hold":
        return "short"
    better = value > most if direction == "increase" else value < least
    return "beyond" if better else "short"
