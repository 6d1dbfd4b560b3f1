"""The methods, in the order an analyst would try them. Adding one is a module and a line here."""

from services.analysis.methods import association, frequency, level, trend
from services.analysis.methods.contract import Method

METHODS: list[Method] = [
    level.METHOD,
    frequency.METHOD,
    trend.METHOD,
    association.METHOD,
]


def method_named(name: str) -> Method:
    """Return a registered method. Raises KeyError when there is none of that name."""
    for method in METHODS:
        if method.name == name:
            return method
    raise KeyError(name)
