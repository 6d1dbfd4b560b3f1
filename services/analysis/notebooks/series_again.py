"""Findings along the calendar run again: seasons, forecasts, switches for all records, and what moves with the number of records."""

from services.analysis.findings import Finding
from services.analysis.measures import Measure
from services.analysis.methods import forecast, interrupted, seasonality, volume
from services.analysis.notebooks.asserting import Lines, asserted, effect, interval
from services.analysis.periods import Periods
from services.analysis.statistics import forecasts
from services.analysis.study import Study

FREQUENCIES = {"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS"}
# As `settled` of our statistics: nine digits of the largest, so that ties are ties whichever library subtracts.
SETTLED = "settled = lambda v: np.round(v, 9 - int(np.ceil(np.log10(np.abs(v).max()))))"
SMOOTHED = "initialization_method='known', initial_level=past[0]"
# What each model says of the next period, one number for every value of its parameters that is tried.
AHEAD = {
    "the last value": "[past[-1]]",
    "the mean": "[past.mean()]",
    "drift": "[past[-1] + (past[-1] - past[0]) / (len(past) - 1)]",
    "the value one cycle ago": "[past[-{cycle}]]",
    "exponential smoothing": (
        f"[SimpleExpSmoothing(past, {SMOOTHED}).fit(smoothing_level=a, optimized=False).forecast(1)[0] for a in {forecasts.LEVELS}]"
    ),
    "a damped trend": (
        f"[Holt(past, damped_trend=True, {SMOOTHED}, initial_trend=0.0).fit(smoothing_level=a, smoothing_trend=b, "
        f"damping_trend={forecasts.DAMPING}, optimized=False).forecast(1)[0] for a in {forecasts.LEVELS} for b in {forecasts.SLOPES}]"
    ),
}


def _series(study: Study, measure: Measure, calendar: Periods) -> Lines:
    """Return lines that read `values`, the measure's average (of the count: its records) per period, and `table.n`, the records used."""
    counted, value = ("*", "count(*)") if measure.kind == "count" else (measure.sql, f"avg({measure.sql})")
    condition = study.condition({}, calendar.condition)
    sql = f"select {calendar.sql} as period, count({counted}) as n, {value} as value from {study.table}{condition} group by 1"
    span = f"{calendar.begins(0)!r}, {calendar.begins(len(calendar.starts) - 1)!r}, freq={FREQUENCIES[calendar.unit]!r}"
    return [
        f"table = rows({sql!r}).set_index('period')",
        f"values = table.value.astype(float).reindex(pd.date_range({span}))",
        *(["values = values.fillna(0)"] if measure.kind == "count" else []),
    ]


def seasonality_again(study: Study, finding: Finding) -> Lines:
    """Detrend the series by statsmodels and compare the places of the cycle by SciPy's Kruskal-Wallis test."""
    candidate = seasonality.test(study, finding.params)
    if candidate is None:
        return []
    cycle, measure = seasonality.CYCLES[finding.params["cycle"]], study.measures[finding.params["measure"]]
    place = "dayofweek" if cycle.unit == "day" else "month"
    strength = finding.fact("strength").value
    return [
        *_series(study, measure, candidate.detail.calendar),
        "from statsmodels.tsa.seasonal import STL, seasonal_decompose",
        SETTLED,
        f"left = settled((values - seasonal_decompose(values, period={cycle.length}).trend).dropna())",
        f"again = stats.kruskal(*[part for _, part in left.groupby(left.index.{place})])",
        f"statistic = again.statistic * (1 - 1 / {cycle.length})  # the trend holds that share of every value",
        *asserted(finding, "statistic", f"stats.chi2.sf(statistic, {cycle.length - 1})", "table.n.sum()"),
        *effect(finding, "again.statistic / (len(left) - 1)"),
        *_apart(cycle.names[candidate.detail.season.peak], "day_name()" if cycle.unit == "day" else "month_name()"),
        *interval(finding, "low", "high"),
        f"parts = STL(values.to_numpy(), period={cycle.length}, robust=True).fit()",
        f"close(max(0, 1 - parts.resid.var() / (parts.resid + parts.seasonal).var()), {strength!r}, 'strength of the season')",
    ]


def _apart(place: str, named: str) -> Lines:
    return [
        f"at = values.index.{named} == {place!r}",
        "low, high = stats.ttest_ind(values[at], values[~at], equal_var=False).confidence_interval(0.95)",
    ]


def forecast_again(study: Study, finding: Finding) -> Lines:
    """Forecast by statsmodels' smoothing, or by hand where that is one line, from every origin held out."""
    candidate = forecast.test(study, finding.params)
    if candidate is None:
        return []
    ahead, measure = candidate.detail, study.measures[finding.params["measure"]]
    model = AHEAD[ahead.forecast.model].format(cycle=forecast.CYCLE.get(ahead.calendar.unit))
    return [
        *_series(study, measure, ahead.calendar),
        "from statsmodels.tsa.holtwinters import Holt, SimpleExpSmoothing",
        f"ahead = lambda past: np.array({model})",
        "values = values.to_numpy()",
        "# Which parameter was chosen is not said: the one whose forecast is nearest must give all that is.",
        f"place = int(np.abs(ahead(values) - {finding.value!r}).argmin())",
        f"close(ahead(values)[place], {finding.value!r}, 'forecast')",
        "origins = range(len(values) - len(values) // 3, len(values))",
        "errors = np.array([values[t] - ahead(values[:t])[place] for t in origins])",
        "margin = stats.t.ppf(0.975, len(errors) - 1) * np.sqrt((errors**2).mean())",
        "low, high = ahead(values)[place] - margin, ahead(values)[place] + margin",
        "low = max(0, low) if values.min() >= 0 else low",
        *interval(finding, "low", "high"),
        *effect(finding, "np.abs(errors).mean() / np.abs(np.diff(values)).mean()"),
        f"same(table.n.sum(), {finding.n!r}, 'records used')",
    ]


def volume_again(study: Study, finding: Finding) -> Lines:
    """Correlate the ranks of both series beside their trend, and their changes; the larger p value is said."""
    candidate = volume.test(study, finding.params)
    if candidate is None:
        return []
    measure, calendar = study.measures[finding.params["measure"]], candidate.detail.calendar
    condition = study.condition({}, calendar.condition)
    return [
        f"table = rows({f'select {calendar.sql} as period, {measure.sql} as value from {study.table}{condition}'!r})",
        "table['rank'] = table.value.rank()",
        "each = table.groupby('period').agg(n=('period', 'size'), rank=('rank', 'mean')).dropna()",
        f"time = pd.date_range({calendar.begins(0)!r}, periods={len(calendar.starts)}, freq={FREQUENCIES[calendar.unit]!r})",
        "time = time.get_indexer(each.index)",
        SETTLED,
        "beside = lambda v: v - np.polyval(np.polyfit(time, v, 1), time)",
        "apart = [beside(stats.rankdata(settled(v))) for v in (each.n, each['rank'])]",
        "steps = [stats.rankdata(settled(np.diff(v))) for v in (each.n, each['rank'])]",
        "from statsmodels.tsa.stattools import acf",
        "lags = lambda v: acf(v, nlags=len(v) // 5, fft=False)[1:]",
        "shared = lambda a, b: sum((1 - (j + 1) / len(a)) * r for j, r in enumerate(lags(a) * lags(b)))",
        "pairs = lambda a, b: int(len(a) / max(1, 1 + 2 * shared(a, b)) if 1 + 2 * shared(a, b) > 0 else len(a))  # Pyper, Peterman 1998",
        "t = lambda r, freedom: 2 * stats.t.sf(abs(r) * np.sqrt(freedom / (1 - r**2)), freedom)",
        "r, change = stats.pearsonr(*apart).statistic, stats.pearsonr(*steps).statistic",
        "p = max(t(r, pairs(*apart) - 3), t(change, pairs(*steps) - 2))",
        "margin = stats.norm.ppf(0.975) * np.sqrt(1.06 / (pairs(*apart) - 4))  # Fieller, Hartley and Pearson 1957",
        *asserted(finding, "r", "p", "table.value.count()"),
        *effect(finding, "r"),
        *interval(finding, "np.tanh(np.arctanh(r) - margin)", "np.tanh(np.arctanh(r) + margin)"),
    ]


def interrupted_again(study: Study, finding: Finding) -> Lines:
    """Fit the segmented regression by statsmodels with Newey-West errors."""
    candidate = interrupted.test(study, finding.params)
    if candidate is None or finding.window is None:
        return []
    measure, calendar = study.measures[finding.params["measure"]], candidate.detail.calendar
    return [
        *_series(study, measure, calendar),
        "import statsmodels.api as sm",
        f"day, step = pd.Timestamp({finding.window.start!r}), pd.tseries.frequencies.to_offset({FREQUENCIES[calendar.unit]!r})",
        "after = values.index >= day",
        "known = values.notna() & (after | (values.index + step <= day))  # the period in which it switched is of both sides",
        "t = np.arange(len(values)) - after.argmax()",
        "design = np.column_stack([np.ones(len(t)), t, t >= 0, np.maximum(t, 0)])[known]",
        "lags = int(4 * (len(design) / 100) ** (2 / 9))  # Newey and West 1994",
        "hac = {'maxlags': lags, 'use_correction': True}",
        "fit = sm.OLS(values[known].to_numpy(), design).fit(cov_type='HAC', cov_kwds=hac, use_t=True)",
        "t = fit.tvalues[2]",
        *asserted(finding, "t", "fit.pvalues[2]", "table.n.sum()"),
        *effect(finding, "t / np.sqrt(t**2 + fit.df_resid)"),
        *interval(finding, "fit.conf_int()[2][0]", "fit.conf_int()[2][1]"),
    ]
