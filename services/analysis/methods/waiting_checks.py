"""A second look at groups that wait differently: Cox's model with other cuts held equal, and whether its hazards are proportional."""

from dataclasses import dataclass

import numpy as np

from services.analysis.methods.contract import Params
from services.analysis.methods.spells import gathered
from services.analysis.statistics.hazards import cox
from services.analysis.study import Codes, Floats, Mask, Study
from services.analysis.writing import TIMES, Writer, cut_label, listed

SMALLEST_LEVEL = 10
EVENTS_PER_COLUMN = 10  # Peduzzi et al. 1995
UNSURE = 0.05


@dataclass(frozen=True)
class Check:
    """The leading group's hazard ratio to the rest with its interval, the cuts held equal, and the p values of both checks."""

    ratio: float
    interval: tuple[float, float]
    given: tuple[str, ...]
    p_value: float
    proportional: float


def held_equal(study: Study, params: Params, names: list[str], leader: str) -> Check | None:
    """Fit the leading group against the other groups used; None where there are too few events or the model cannot be fitted."""
    cut = study.cuts[params["by"]]
    times, happened, keep = gathered(study, params)
    keep = keep & study.mask({cut.name: names})
    kept: list[str] = []
    columns: list[Floats] = [(study.codes(cut) == cut.values.index(leader)).astype(np.float64)]
    for name in params.get("given", []):
        added = _levels(study.codes(study.cuts[name]), keep)
        if added and happened[keep].sum() >= EVENTS_PER_COLUMN * (len(columns) + len(added)):
            columns, kept = [*columns, *added], [*kept, name]
    fit = cox(times[keep], happened[keep], np.column_stack(columns)[keep])
    if fit is None:
        return None
    ratio, low, high = fit.ratio(0)
    return Check(ratio, (low, high), tuple(kept), fit.p_value(0), fit.proportional(0))


def _levels(codes: Codes, keep: Mask) -> list[Floats]:
    """Indicators of every large enough group of a cut but the largest; rows in none of them stay with it."""
    present, sizes = np.unique(codes[keep], return_counts=True)
    large = present[sizes >= SMALLEST_LEVEL]
    reference = present[int(np.argmax(sizes))]
    return [(codes == level).astype(np.float64) for level in large if level != reference]


def told(w: Writer, check: Check | None, *, sooner: bool) -> tuple[str, str, str | None]:
    """Add the hazard ratio where one number can stand for it; return its words, the assumption checked, and the robustness."""
    if check is None:
        return "", "proportional hazards not checked: the model could not be fitted", None
    held = f" with {listed([cut_label(name) for name in check.given])} held equal" if check.given else ""
    agrees = check.p_value < UNSURE and (check.ratio > 1) == sooner
    second = f"A Cox model{' with other cuts held equal' if held else ''} {'agrees' if agrees else 'does not agree'}."
    if check.proportional < UNSURE:
        return "", "hazards are not proportional over time (Schoenfeld residuals), so no single hazard ratio is stated", second
    w.method("hazard", "hazard ratio to the rest", check.ratio, TIMES)
    w.method("hazard_low", "hazard ratio, lower end", check.interval[0], TIMES)
    w.method("hazard_high", "hazard ratio, upper end", check.interval[1], TIMES)
    words = f"; the hazard is {{hazard}} that of the rest{held} ({{level}} CI {{hazard_low}} to {{hazard_high}})"
    return words, "hazards do not depart from proportional (Schoenfeld residuals)", second
