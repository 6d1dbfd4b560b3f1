"""The code that runs a finding's test again from the rows, with SciPy, statsmodels and scikit-learn instead of our statistics.

A recipe returns lines of Python that use `rows(sql)`, `same(...)`, `close(...)`, `np`, `pd`, `stats` and `proportions` of the
notebook's first cell; nothing where the test of the finding is of a kind that the libraries do not offer.
"""

from collections.abc import Callable

from services.analysis.findings import Finding
from services.analysis.measures import Cut
from services.analysis.methods.comparison import SMALLEST_GROUP
from services.analysis.methods.spells import spells_of
from services.analysis.methods.waiting import SMALLEST_GROUP as SMALLEST_WAITING
from services.analysis.notebooks import designs_again, models_again, series_again
from services.analysis.notebooks.asserting import Lines, asserted, between, effect, interval
from services.analysis.study import Study, Where


def retest(study: Study, finding: Finding) -> Lines:
    """Return the lines that run the test of a finding again and assert its numbers, none where there is no recipe for it."""
    recipe = RECIPES.get(finding.method)
    untested = finding.statistic is None and finding.kind != "forecast"  # its interval and errors are run again, though nothing is tested
    return [] if recipe is None or untested else recipe(study, finding)


def _where(finding: Finding) -> Where:
    where: Where = finding.params.get("where") or {}
    return where


def _members(cut: Cut) -> str:
    return cut.equals(list(cut.values))


def _association(study: Study, finding: Finding) -> Lines:
    x, y = study.measures[finding.params["other"]], study.measures[finding.params["measure"]]
    condition = study.condition(_where(finding), f"{x.sql} is not null", f"{y.sql} is not null")
    lines = [f"pairs = rows({f'select {x.sql} as x, {y.sql} as y from {study.table}{condition}'!r})"]
    if finding.test == "Pearson r":
        lines += ["again = stats.pearsonr(pairs.x, pairs.y)", "low, high = again.confidence_interval(0.95)"]
    elif finding.test == "Spearman rho":
        lines += [
            "again = stats.spearmanr(pairs.x, pairs.y)",
            "margin = stats.norm.ppf(0.975) * np.sqrt(1.06 / (len(pairs) - 3))  # Fieller, Hartley and Pearson 1957",
            "low, high = np.tanh(np.arctanh(again.statistic) - margin), np.tanh(np.arctanh(again.statistic) + margin)",
        ]
    else:
        return []
    lines += asserted(finding, "again.statistic", "again.pvalue", "len(pairs)")
    return [*lines, *effect(finding, "again.statistic"), *interval(finding, "low", "high")]


def _trend(study: Study, finding: Finding) -> Lines:
    measure = study.measures[finding.params["measure"]]
    if finding.test != "Spearman rho" or measure.kind == "count":
        return []
    seconds = f"epoch({study.dataset.column(finding.by[0]).expression})"
    condition = study.condition(_where(finding), f"{seconds} is not null", f"{measure.sql} is not null")
    sql = f"select {seconds} as seconds, {measure.sql} as value from {study.table}{condition}"
    lines = [f"course = rows({sql!r})", "again = stats.spearmanr(course.seconds, course.value)"]
    return [*lines, *asserted(finding, "again.statistic", "again.pvalue", "len(course)")]


LEVEL_TESTS = {
    "Welch ANOVA": "again = stats.f_oneway(*samples, equal_var=False)",
    "Kruskal-Wallis": "again = stats.kruskal(*samples)",
    "chi-square": "again = stats.chi2_contingency(pd.crosstab(table.name, table.value), correction=False)",
}


def _level(study: Study, finding: Finding) -> Lines:
    measure, cut = study.measures[finding.params["measure"]], study.cuts[finding.params["by"]]
    if finding.test not in LEVEL_TESTS:
        return []
    condition = study.condition(_where(finding), _members(cut), f"{measure.sql} is not null")
    lines = [
        f"table = rows({f'select {cut.sql} as name, {measure.sql} as value from {study.table}{condition}'!r})",
        f"table = table.groupby('name').filter(lambda group: len(group) >= {SMALLEST_GROUP})",
        "samples = [group.value for _, group in table.groupby('name')]",
        LEVEL_TESTS[finding.test],
        *asserted(finding, "again.statistic", "again.pvalue", "len(table)"),
    ]
    leaders = finding.entities.get(cut.name)
    if finding.kind != "level" or leaders is None:
        return lines
    return [*lines, *_contrast(finding, [leaders] if isinstance(leaders, str) else leaders, rate=measure.kind == "rate")]


def _contrast(finding: Finding, leaders: list[str], *, rate: bool) -> Lines:
    """The group that stands out first against all that do not, with the interval of the difference, and its effect size."""
    lines = [f"first, others = table.value[table.name == {leaders[0]!r}], table.value[~table.name.isin({leaders!r})]", *between(rate=rate)]
    if finding.direction == "lower":
        lines += ["low, high = -high, -low"]
    return [*lines, *interval(finding, "low", "high"), *effect(finding, "effect")]


def _composition(study: Study, finding: Finding) -> Lines:
    by, part = study.cuts[finding.params["by"]], study.cuts[finding.params["part"]]
    condition = study.condition({}, _members(by), _members(part))
    lines = [
        f"table = rows({f'select {by.sql} as name, {part.sql} as part from {study.table}{condition}'!r})",
        "again = stats.chi2_contingency(pd.crosstab(table.name, table.part), correction=False)",
    ]
    # The finding's own statistic is the count of the pair that it names.
    return [*lines, *asserted(finding, "again.statistic", "again.pvalue", "len(table)")[1:]]


def _frequency(study: Study, finding: Finding) -> Lines:
    cut = study.cuts[finding.params["by"]]
    sql = f"select {cut.sql} as name from {study.table}{study.condition(_where(finding), _members(cut))}"
    lines = [f"table = rows({sql!r})", "again = stats.chisquare(table.name.value_counts())"]
    leaders = finding.entities.get(cut.name)
    if leaders is not None and finding.kind == "distribution":
        first = leaders if isinstance(leaders, str) else leaders[0]
        lines += [
            f"low, high = proportions.proportion_confint((table.name == {first!r}).sum(), len(table), method='wilson')",
            *interval(finding, "low", "high"),
        ]
    lines += asserted(finding, "again.statistic", "again.pvalue", "len(table)")
    return [*lines, *effect(finding, "np.sqrt(again.statistic / len(table))")]


def _waiting(study: Study, finding: Finding) -> Lines:
    if finding.test != "log-rank":
        return []
    cut, seen = study.cuts[finding.params["by"]], spells_of(study, finding.params)
    known = study.condition({}, _members(cut), f"{seen.elapsed} >= 0")
    return [
        f"table = rows({f'select {cut.sql} as name, {seen.elapsed} as seen, {seen.happened}::int as ended from {study.table}{known}'!r})",
        f"table = table.groupby('name').filter(lambda group: len(group) >= {SMALLEST_WAITING})",
        "from statsmodels.duration.survfunc import survdiff",
        "statistic, p = survdiff(table.seen, table.ended, table.name)",
        *asserted(finding, "statistic", "p", "len(table)"),
        *effect(finding, "np.sqrt(statistic / len(table))"),
    ]


# The extension point: a method whose test a library offers gets its recipe here.
RECIPES: dict[str, Callable[[Study, Finding], Lines]] = {
    "association": _association,
    "trend": _trend,
    "level": _level,
    "composition": _composition,
    "frequency": _frequency,
    "waiting": _waiting,
    "driver": models_again.driver_again,
    "segment": models_again.segment_again,
    "difference_in_differences": designs_again.difference_in_differences,
    "experiment": designs_again.experiment,
    "keyword": designs_again.keyword,
    "ratio_association": designs_again.ratio_association,
    "interrupted": series_again.interrupted_again,
    "seasonality": series_again.seasonality_again,
    "forecast": series_again.forecast_again,
    "volume": series_again.volume_again,
}

_DESCRIBED, _OWN = "it describes and tests nothing", "no ordinary library has its test as it is run here"

# Methods whose value and facts are computed again by query and arithmetic only, and why no library runs a test of them again.
# A method is in RECIPES or here: tests/analysis/notebooks/test_retest.py holds every registered one to it.
QUERIES_ONLY: dict[str, str] = {
    "contribution": _DESCRIBED,
    "mix": _DESCRIBED,
    "concentration": _DESCRIBED,
    "distribution": _DESCRIBED,
    "repetition": _DESCRIBED,
    "completeness": _DESCRIBED,
    "scenario": "its numbers come from the method's own seeded draws",
    "ratio_ranking": _DESCRIBED,
    "ratio_concentration": _DESCRIBED,
    "funnel": "its test rests on the order of stages that the method finds",
    "cohort": "its test rests on the first dates of customers that the method finds",
    "retention": "its test rests on the first dates of customers that the method finds",
    "change": _OWN,  # CUSUM over a calendar, the place of the step chosen
    "window": _OWN,  # the farthest of many periods
    "reversal": _OWN,  # a difference weighted over strata
    "theme": _OWN,  # log-odds of the word that stands out of a vocabulary
    "ratio_difference": _OWN,  # linearised errors of ratios
    "ratio_change": _OWN,
    "ratio_mix": _OWN,
}
