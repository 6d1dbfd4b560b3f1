"""Models run again in a notebook: least squares and logit by statsmodels, clusters by scikit-learn."""

from services.analysis.findings import Finding
from services.analysis.methods import driver, segment
from services.analysis.notebooks.asserting import Lines, asserted, interval
from services.analysis.notebooks.asserting import effect as effect_of
from services.analysis.statistics import clusters
from services.analysis.study import Study
from services.analysis.writing import rounded


def driver_again(study: Study, finding: Finding) -> Lines:
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
        *asserted(finding, "again.tvalues[1]", f"min(1.0, again.pvalues[1] * {chosen!r})", "len(table)"),
        *effect_of(finding, "again.tvalues[1] / np.sqrt(again.tvalues[1] ** 2 + again.df_resid)"),
        *interval(finding, "low", "high"),
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


def segment_again(study: Study, finding: Finding) -> Lines:
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
        *asserted(finding, "again", "", "len(table)")[:2],
        f"low, high = proportions.proportion_confint({finding.value!r} * len(table), len(table), method='wilson')",
        *interval(finding, "low", "high"),
    ]
