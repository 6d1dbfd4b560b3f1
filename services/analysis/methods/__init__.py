"""The methods, in the order an analyst would try them. Adding one is a module and a line here."""

from services.analysis.methods import (
    association,
    change,
    cohort,
    completeness,
    composition,
    concentration,
    contribution,
    difference_in_differences,
    distribution,
    driver,
    experiment,
    forecast,
    frequency,
    funnel,
    interrupted,
    keyword,
    level,
    mix,
    ratio_association,
    ratio_change,
    ratio_concentration,
    ratio_difference,
    ratio_mix,
    ratio_ranking,
    repetition,
    retention,
    reversal,
    scenario,
    seasonality,
    segment,
    theme,
    trend,
    waiting,
    window,
)
from services.analysis.methods.contract import Method

METHODS: list[Method] = [
    level.METHOD,
    frequency.METHOD,
    trend.METHOD,
    association.METHOD,
    contribution.METHOD,
    mix.METHOD,
    concentration.METHOD,
    waiting.METHOD,
    funnel.METHOD,
    cohort.METHOD,
    retention.METHOD,
    distribution.METHOD,
    repetition.METHOD,
    completeness.METHOD,
    change.METHOD,
    window.METHOD,
    seasonality.METHOD,
    forecast.METHOD,
    reversal.METHOD,
    driver.METHOD,
    experiment.METHOD,
    difference_in_differences.METHOD,
    interrupted.METHOD,
    composition.METHOD,
    segment.METHOD,
    theme.METHOD,
    keyword.METHOD,
    ratio_difference.METHOD,
    ratio_change.METHOD,
    ratio_mix.METHOD,
    ratio_ranking.METHOD,
    ratio_association.METHOD,
    ratio_concentration.METHOD,
    scenario.METHOD,
]


def method_named(name: str) -> Method:
    """Return a registered method. Raises KeyError when there is none of that name."""
    for method in METHODS:
        if method.name == name:
            return method
    raise KeyError(name)
