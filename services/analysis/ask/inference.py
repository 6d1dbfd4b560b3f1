"""Statistics that need rows: correlations with their p values, tests of normality and of groups, models with a split."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.analysis.ask.errors import NoAnswerError, NotUnderstoodError
from services.analysis.ask.plan import Quantity

Floats = NDArray[np.float64]
Column = NDArray[Any]
NORMALITY = {"shapiro", "normaltest", "ks_normal", "jarque_bera", "anderson"}
GROUPS = {"t", "welch", "mann_whitney", "anova", "kruskal", "levene", "bartlett", "chi_square", "paired_t", "wilcoxon"}
CORRELATIONS = {"pearson", "spearman", "kendall"}
METRICS = {"rmse", "mse", "mae", "r2", "accuracy", "precision", "recall", "f1", "slope", "intercept"}


def statistic_of(quantity: Quantity, columns: list[Column]) -> float:
    """Return the number a quantity asks for. `op` is "TEST.p", "TEST.statistic" or "KIND.METRIC"."""
    name, _, part = quantity.op.partition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy remarks on ties and on p values of very large samples; the value is as asked for
        if name in {"linear", "logistic"}:
            return _model(name, part, quantity, columns)
        statistic, p = _test(name, quantity, columns)
    return p if part == "p" else statistic


def _test(name: str, quantity: Quantity, columns: list[Column]) -> tuple[float, float]:
    from scipy import stats

    if name in CORRELATIONS:
        x, y = _complete(columns)
        _enough(len(x), 3)
        functions: dict[str, Callable[..., Any]] = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}
        return _pair(functions[name](x, y))
    if name in NORMALITY:
        return _normality(name, _present(columns[0]))
    if name == "chi_square":
        return _chi_square(columns)
    if name in GROUPS:
        return _groups(name, quantity, columns)
    raise NotUnderstoodError(f"There is no test called {name}.")


def _pair(result: Any) -> tuple[float, float]:
    return float(result[0]), float(result[1])


def _enough(n: int, wanted: int) -> None:
    if n < wanted:
        raise NoAnswerError(f"Only {n} rows have a value; {wanted} are needed.")


def _present(column: Column) -> Floats:
    if column.dtype.kind != "f":
        raise NotUnderstoodError("A test of numbers is asked of a column that holds none.")
    return column[~np.isnan(column)]


def _complete(columns: list[Column]) -> list[Floats]:
    if any(c.dtype.kind != "f" for c in columns):
        raise NotUnderstoodError("A calculation on numbers is asked of a column that holds none.")
    whole = np.all([~np.isnan(c) for c in columns], axis=0)
    return [c[whole] for c in columns]


def _normality(name: str, x: Floats) -> tuple[float, float]:
    from scipy import stats

    _enough(len(x), 8)
    if name == "shapiro":
        return _pair(stats.shapiro(x))
    if name == "normaltest":
        return _pair(stats.normaltest(x))
    if name == "jarque_bera":
        return _pair(stats.jarque_bera(x))
    if name == "ks_normal":
        return _pair(stats.kstest((x - x.mean()) / x.std(), "norm"))
    from statsmodels.stats.diagnostic import normal_ad

    return _pair(normal_ad(x))


def _groups(name: str, quantity: Quantity, columns: list[Column]) -> tuple[float, float]:
    from scipy import stats

    if name in {"paired_t", "wilcoxon"} or not quantity.groups:
        parts = _complete(columns) if name in {"paired_t", "wilcoxon"} else [_present(c) for c in columns]
    else:
        parts = [_present(columns[0][_is(columns[1], group)]) for group in quantity.groups]
    for part in parts:
        _enough(len(part), 2)
    of: Any = stats
    tests: dict[str, Callable[..., Any]] = {
        "t": of.ttest_ind,
        "welch": lambda *a: of.ttest_ind(*a, equal_var=False),
        "paired_t": of.ttest_rel,
        "mann_whitney": lambda *a: of.mannwhitneyu(*a, alternative="two-sided"),
        "wilcoxon": of.wilcoxon,
        "anova": of.f_oneway,
        "kruskal": of.kruskal,
        "levene": of.levene,
        "bartlett": of.bartlett,
    }
    if name in {"t", "welch", "mann_whitney", "paired_t", "wilcoxon"} and len(parts) != 2:
        raise NotUnderstoodError("A test of two groups is asked of another number of groups.")
    return _pair(tests[name](*parts))


def _is(column: Column, group: str) -> NDArray[np.bool_]:
    if column.dtype.kind == "f":
        return np.asarray(column == float(group))
    return np.array([value == group for value in column])


def _chi_square(columns: list[Column]) -> tuple[float, float]:
    from scipy import stats

    a, b = ([_text(v) for v in column] for column in columns)
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
    _enough(len(pairs), 5)
    rows, across = sorted({x for x, _ in pairs}), sorted({y for _, y in pairs})
    table = np.zeros((len(rows), len(across)))
    for x, y in pairs:
        table[rows.index(x), across.index(y)] += 1
    return _pair(stats.chi2_contingency(table))


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return str(value)


def _model(kind: str, metric: str, quantity: Quantity, columns: list[Column]) -> float:
    """Fit on complete rows in their order; a text column is coded by the rank of its values."""
    from sklearn import metrics
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.model_selection import train_test_split

    y, *features = _complete([_coded(c) for c in columns])
    _enough(len(y), 10)
    x = np.column_stack(features)
    weights = "balanced" if quantity.balanced else None
    model = LinearRegression() if kind == "linear" else LogisticRegression(class_weight=weights)
    if quantity.split is None:
        train_x, test_x, train_y, test_y = x, x, y, y
    else:
        train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=quantity.split.test, random_state=quantity.split.seed)
    model.fit(train_x, train_y)
    predicted = model.predict(test_x)
    if metric == "slope":
        return float(np.ravel(model.coef_)[0])
    if metric == "intercept":
        return float(np.ravel(model.intercept_)[0])
    scores: dict[str, Callable[..., Any]] = {
        "mse": metrics.mean_squared_error,
        "rmse": lambda a, b: metrics.mean_squared_error(a, b) ** 0.5,
        "mae": metrics.mean_absolute_error,
        "r2": metrics.r2_score,
        "accuracy": metrics.accuracy_score,
        "precision": metrics.precision_score,
        "recall": metrics.recall_score,
        "f1": metrics.f1_score,
    }
    return float(scores[metric](test_y, predicted))


def _coded(column: Column) -> Column:
    if column.dtype.kind == "f":
        return column
    values = sorted({v for v in column if v is not None})
    if len(values) > 2:
        raise NotUnderstoodError("A category of more than two values is asked into a model without saying how to code it.")
    return np.array([np.nan if v is None else float(values.index(v)) for v in column])
