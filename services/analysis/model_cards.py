"""A finding's model as a record: its coefficients, and the card that says what it is for, how good it is and where it ends.

`CARDS` has one function for each method whose finding rests on a model; a method is added with one line.
"""

from collections.abc import Callable

import numpy as np

from services.analysis.findings import Finding
from services.analysis.methods import driver
from services.analysis.statistics.regression import Fit
from services.analysis.study import Floats, Study
from services.analysis.writing import rounded
from shared.kit.value import Value


class Coefficient(Value):
    """One term of a model: the SQL of its column, its estimate in the outcome's unit for one unit of the column, and how sure it is."""

    term: str
    sql: str
    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    p_value: float


class ModelCard(Value):
    """A fitted model and what a reader must know before using it; the sections follow Mitchell et al. 2019."""

    finding_id: str
    method: str
    method_version: str
    purpose: str
    outcome: str
    outcome_sql: str
    dataset: str
    dataset_sha256: str
    rows: str  # SQL after "from": the table and the condition that selects the rows
    n: int
    n_dropped: int
    dropped_why: str
    features: list[str]
    coefficients: list[Coefficient]
    metrics: dict[str, float]
    assumptions: list[str]
    limits: list[str]
    second_opinion: str | None


def model_card(study: Study, finding: Finding) -> ModelCard | None:
    """Return the model behind a finding, None where its method fits none or the data no longer allow it."""
    make = CARDS.get(finding.method)
    return make(study, finding) if make is not None else None


def fitted(study: Study, finding: Finding) -> tuple[driver.Effect, list[tuple[str, str]]] | None:
    """Return a driver fitted again, and the name and SQL of each term in the order of its coefficients; None where it cannot be."""
    wanted = {name: value for name, value in finding.params.items() if name not in {"dataset", "adjustment"}}
    candidate = driver.test(study, wanted)
    if candidate is None:
        return None
    effect = candidate.detail
    assert isinstance(effect, driver.Effect)
    name = str(wanted.get("by") or wanted["other"])
    own = name if effect.group is None else f"{name} = {effect.group}"
    return effect, [("intercept", "1"), (own, effect.x_sql), *((c.predictor, c.sql) for c in effect.design.without(name))]


def _driver(study: Study, finding: Finding) -> ModelCard | None:
    found = fitted(study, finding)
    if found is None:
        return None
    effect, terms = found
    measure, name = study.measures[finding.params["measure"]], str(finding.params.get("by") or finding.params["other"])
    others = effect.design.without(name)
    matrix = effect.design.matrix([effect.x, *(c.values for c in others)])
    return ModelCard(
        finding_id=finding.id,
        method=f"{finding.method}: {finding.test}",
        method_version=finding.method_version,
        purpose=f"How much {measure.label} goes with {terms[1][0]}, the other features held equal. Not made to predict single records.",
        outcome=measure.name,
        outcome_sql=measure.sql,
        dataset=finding.dataset,
        dataset_sha256=finding.dataset_sha256,
        rows=f"{study.table}{effect.design.condition}",
        n=finding.n,
        n_dropped=finding.n_dropped,
        dropped_why=finding.dropped_why,
        features=sorted({name, *(c.predictor for c in others)}),
        coefficients=[_coefficient(effect.fit, place, *term) for place, term in enumerate(terms)],
        metrics=_metrics(effect.fit, matrix, effect.design.outcome),
        assumptions=finding.assumptions,
        limits=[
            "what no feature measures is not held equal: a coefficient is an association, not a cause",
            "each feature acts along a straight line and on its own: interactions are not in the model",
            "fitted and measured on the same records: the fit on new ones is worse",
            *(["fitted on an even sample of the records"] if study.sampled else []),
        ],
        second_opinion=finding.robustness,
    )


def _coefficient(fit: Fit, place: int, term: str, sql: str) -> Coefficient:
    low, high = fit.interval(place)
    return Coefficient(
        term=term,
        sql=sql,
        estimate=rounded(float(fit.coefficients[place])),
        standard_error=rounded(float(fit.errors[place])),
        ci_low=rounded(low),
        ci_high=rounded(high),
        p_value=rounded(fit.p_value(place)),
    )


def _metrics(fit: Fit, matrix: Floats, outcome: Floats) -> dict[str, float]:
    left = float(np.square(outcome - matrix @ fit.coefficients).sum())
    total = float(np.square(outcome - outcome.mean()).sum())
    explained = 1 - left / total if total > 0 else 0.0
    return {
        "r_squared": rounded(explained),
        "adjusted_r_squared": rounded(1 - (1 - explained) * (len(outcome) - 1) / fit.freedom),
        "residual_standard_error": rounded(float(np.sqrt(left / fit.freedom))),
        "degrees_of_freedom": float(fit.freedom),
    }


CARDS: dict[str, Callable[[Study, Finding], ModelCard | None]] = {"driver": _driver}
