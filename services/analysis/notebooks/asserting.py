"""Lines of a notebook that assert what a finding said of its test; each argument is the Python that computes the number again."""

from services.analysis.findings import Finding

Lines = list[str]


def asserted(finding: Finding, statistic: str, p: str, n: str) -> Lines:
    """Lines that assert the statistic, the p value where one was kept, and the rows used."""
    lines = [f"close({statistic}, {finding.statistic!r}, {finding.test + ', statistic'!r})", f"same({n}, {finding.n!r}, 'records used')"]
    return lines if finding.p_value is None else [*lines, f"close({p}, {finding.p_value!r}, 'p value')"]


def effect(finding: Finding, again: str) -> Lines:
    """Lines that assert the effect size, none where the finding has none."""
    return [] if finding.effect_size is None else [f"close({again}, {finding.effect_size!r}, {finding.effect_name!r})"]


def interval(finding: Finding, low: str, high: str) -> Lines:
    """Lines that assert both ends of the interval, none where the finding has none."""
    if finding.ci_low is None or finding.ci_high is None:
        return []
    return [f"close({low}, {finding.ci_low!r}, 'interval, lower end')", f"close({high}, {finding.ci_high!r}, 'interval, upper end')"]


def between(*, rate: bool) -> Lines:
    """Lines that give `low`, `high` and `effect` of the difference between `first` and `others`: of shares, or of means."""
    if rate:
        args = "first.sum(), len(first), others.sum(), len(others)"
        return [
            f"low, high = proportions.confint_proportions_2indep({args}, method='newcomb', compare='diff')",
            "effect = proportions.proportion_effectsize(first.mean(), others.mean())",
        ]
    return [
        "low, high = stats.ttest_ind(first, others, equal_var=False).confidence_interval(0.95)",
        "freedom = len(first) + len(others) - 2",
        "pooled = ((len(first) - 1) * first.var() + (len(others) - 1) * others.var()) / freedom",
        "effect = (first.mean() - others.mean()) / np.sqrt(pooled) * (1 - 3 / (4 * freedom - 1))  # Hedges 1981",
    ]
