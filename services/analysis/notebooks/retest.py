"""The code that runs a finding's test again from the rows, with SciPy, statsmodels and scikit-learn instead of our statistics.

A recipe returns lines of Python that use `rows(sql)`, `same(...)`, `close(...)`, `np`, `pd`, `stats` and `proportions` of the
notebook's first cell; nothing where the test of the finding is of a kind that the libraries do not offer.
"""

from collections.abc import Callable

from services.analysis.findings import Finding
from services.analysis.measures import Cut
from services.analysis.methods import driver, segment
from services.analysis.methods.comparison import SMALLEST_GROUP
from services.analysis.methods.spells import spells_of
from services.analysis.methods.waiting import SMALLEST_GROUP as SMALLEST_WAITING
from services.analysis.statistics import clusters
from services.analysis.study import Study, Where
from services.analysis.writing import rounded

Lines = list[str]


def retest(study: Study, finding: Finding) -> Lines:
    """Return the lines that run the test of a finding again and assert its numbers, none where there is no recipe for it."""
    recipe = RECIPES.get(finding.method)
    return recipe(study, finding) if recipe is not None and finding.statistic is not None else []


def _where(finding: Finding) -> Where:
    where: Where = finding.params.get("where") or {}
    return where


def _members(cut: Cut) -> str:
    return cut.equals(list(cut.values))


def _asserted(finding: Finding, statistic: str, p: str, n: str) -> Lines:
    """Lines that assert the statistic, the p value where one was kept, and the rows used."""
    lines = [f"close({statistic}, {finding.statistic!r}, {finding.test + ', statistic'!r})", f"same({n}, {finding.n!r}, 'records used')"]
    return lines if finding.p_value is None else [*lines, f"close({p}, {finding.p_value!r}, 'p value')"]


def _effect(finding: Finding, effect: str) -> Lines:
    return [] if finding.effect_size is None else [f"close({effect}, {finding.effect_size!r}, {finding.effect_name!r})"]


def _interval(finding: Finding, low: str, high: str) -> Lines:
    if finding.ci_low is None or finding.ci_high is None:
        return []
    return [f"close({low}, {finding.ci_low!r}, 'interval, lower end')", f"close({high}, {finding.ci_high!r}, 'interval, upper end')"]


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
    asserted = _asserted(finding, "again.statistic", "again.pvalue", "len(pairs)")
    return [*lines, *asserted, *_effect(finding, "again.statistic"), *_interval(finding, "low", "high")]


def _trend(study: Study, finding: Finding) -> Lines:
    measure = study.measures[finding.params["measure"]]
    if finding.test != "Spearman rho" or measure.kind == "count":
        return []
    seconds = f"epoch({study.dataset.column(finding.by[0]).expression})"
    condition = study.condition(_where(finding), f"{seconds} is not null", f"{measure.sql} is not null")
    sql = f"select {seconds} as seconds, {measure.sql} as value from {study.table}{condition}"
    lines = [f"course = rows({sql!r})", "again = stats.spearmanr(course.seconds, course.value)"]
    return [*lines, *_asserted(finding, "again.statistic", "again.pvalue", "len(course)")]


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
        *_asserted(finding, "again.statistic", "again.pvalue", "len(table)"),
    ]
    leaders = finding.entities.get(cut.name)
    if finding.kind != "level" or leaders is None:
        return lines
    return [*lines, *_contrast(finding, [leaders] if isinstance(leaders, str) else leaders, rate=measure.kind == "rate")]


def _contrast(finding: Finding, leaders: list[str], *, rate: bool) -> Lines:
    """The group that stands out first against all that do not, with the interval of the difference, and its effect size."""
    lines = [f"first, others = table.value[table.name == {leaders[0]!r}], table.value[~table.name.isin({leaders!r})]"]
    if rate:
        args = "first.sum(), len(first), others.sum(), len(others)"
        lines += [
            f"low, high = proportions.confint_proportions_2indep({args}, method='newcomb', compare='diff')",
            "effect = proportions.proportion_effectsize(first.mean(), others.mean())",
        ]
    else:
        lines += [
            "low, high = stats.ttest_ind(first, others, equal_var=False).confidence_interval(0.95)",
            "freedom = len(first) + len(others) - 2",
            "pooled = ((len(first) - 1) * first.var() + (len(others) - 1) * others.var()) / freedom",
            "effect = (first.mean() - others.mean()) / np.sqrt(pooled) * (1 - 3 / (4 * freedom - 1))  # Hedges 1981",
        ]
    if finding.direction == "lower":
        lines += ["low, high = -high, -low"]
    return [*lines, *_interval(finding, "low", "high"), *_effect(finding, "effect")]


def _composition(study: Study, finding: Finding) -> Lines:
    by, part = study.cuts[finding.params["by"]], study.cuts[finding.params["part"]]
    condition = study.condition({}, _members(by), _members(part))
    lines = [
        f"table = rows({f'select {by.sql} as name, {part.sql} as part from {study.table}{condition}'!r})",
        "again = stats.chi2_contingency(pd.crosstab(table.name, table.part), correction=False)",
    ]
    # The finding's own statistic is the count of the pair that it names.
    return [*lines, *_asserted(finding, "again.statistic", "again.pvalue", "len(table)")[1:]]


def _frequency(study: Study, finding: Finding) -> Lines:
    cut = study.cuts[finding.params["by"]]
    sql = f"select {cut.sql} as name from {study.table}{study.condition(_where(finding), _members(cut))}"
    lines = [f"table = rows({sql!r})", "again = stats.chisquare(table.name.value_counts())"]
    leaders = finding.entities.get(cut.name)
    if leaders is not None and finding.kind == "distribution":
        first = leaders if isinstance(leaders, str) else leaders[0]
        lines += [
            f"low, high = proportions.proportion_confint((table.name == {first!r}).sum(), len(table), method='wilson')",
            *_interval(finding, "low", "high"),
        ]
    asserted = _asserted(finding, "again.statistic", "again.pvalue", "len(table)")
    return [*lines, *asserted, *_effect(finding, "np.sqrt(again.statistic / len(table))")]


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
        *_asserted(finding, "statistic", "p", "len(table)"),
        *_effect(finding, "np.sqrt(statistic / len(table))"),
    ]


def _driver(study: Study, finding: Finding) -> Lines:
    candidate = driver.test(study, finding.params)
    if candidate is None:
        return []
    effect, measure, name = candidate.detail, study.measures[finding.params["measure"]], finding.by[0]
    columns = [effect.x_sql, *(c.sql for c in effect.design.without(name))]
    selected = ", ".join(f"({sql})::double as x{i}" for i, sql in enumerate(columns))
    step, chosen = effect.step, effect.chosen_among
    return [
        f"table = rows({f'select ({measure.sql})::double as y, {selected} from {study.table}{effect.design.condition}'!r})",
        "import statsmodels.api as sm",
        "design = sm.add_constant(table.drop(columns='y'), has_constant='add')",
        "again = sm.OLS(table.y, design).fit().get_robustcov_results('HC3', use_t=True)",
        f"close(again.params[1] * {step!r}, {finding.value!r}, 'coefficient')",
        f"low, high = again.conf_int()[1] * {step!r}",
        *_asserted(finding, "again.tvalues[1]", f"min(1.0, again.pvalues[1] * {chosen!r})", "len(table)"),
        *_effect(finding, "again.tvalues[1] / np.sqrt(again.tvalues[1] ** 2 + again.df_resid)"),
        *_interval(finding, "low", "high"),
        *_odds(finding, step, binary=effect.group is not None),
    ]


def _odds(finding: Finding, step: float, *, binary: bool) -> Lines:
    """Lines that assert the odds ratio and the average marginal effect where the finding has them."""
    if "odds_ratio" not in {fact.name for fact in finding.facts}:
        return []
    return [
        "logit = sm.Logit(table.y, design).fit(disp=0, tol=1e-12)",
        f"close(np.exp(logit.params['x0'] * {step!r}), {finding.fact('odds_ratio').value!r}, 'odds ratio')",
        f"marginal = logit.get_margeff(dummy={binary!r}).margeff[0] * {step!r}",
        f"close(marginal, {finding.fact('marginal').value!r}, 'average marginal effect')",
    ]


def _segment(study: Study, finding: Finding) -> Lines:
    candidate = segment.test(study, finding.params)
    if candidate is None:
        return []
    axes = candidate.detail.axes
    centres = [[rounded(float(c)) for c in centre] for centre in candidate.detail.found.centres]
    selected = ", ".join(f"{axis.sql}::double as x{i}" for i, axis in enumerate(axes))
    known = study.condition({}, *(f"{axis.measure.sql} is not null" for axis in axes))
    return [
        f"table = rows({f'select {selected} from {study.table}{known}'!r}).to_numpy()",
        "from sklearn.cluster import KMeans",
        "from sklearn.metrics import silhouette_score",
        f"part = table[np.random.default_rng({clusters.SEED!r}).permutation(len(table))[:{segment.MOST_ROWS!r}]]",
        f"kinds = KMeans({len(centres)!r}, init=np.array({centres!r}), n_init=1, tol=0).fit(part)",
        f"again = silhouette_score(part[:{clusters.SILHOUETTE_ROWS!r}], kinds.labels_[:{clusters.SILHOUETTE_ROWS!r}])",
        # The p value is of a null drawn by our own k-means: its silhouette is what libraries can compute.
        *_asserted(finding, "again", "", "len(table)")[:2],
        f"low, high = proportions.proportion_confint({finding.value!r} * len(table), len(table), method='wilson')",
        *_interval(finding, "low", "high"),
    ]


RECIPES: dict[str, Callable[[Study, Finding], Lines]] = {
    "association": _association,
    "trend": _trend,
    "level": _level,
    "composition": _composition,
    "frequency": _frequency,
    "waiting": _waiting,
    "driver": _driver,
    "segment": _segment,
}
