"""Recipes of models and designs: statsmodels and SciPy fit and test them again from the rows."""

from services.analysis.designs import switches, trials
from services.analysis.findings import Finding
from services.analysis.methods.ratio_association import rows_of
from services.analysis.notebooks.asserting import Lines, asserted, between, effect, interval
from services.analysis.ratio_study import question
from services.analysis.ratios import CutBy
from services.analysis.study import SAMPLE_ROWS, Study
from services.analysis.vocabulary import holds_word

_PARTIAL_R = "t / np.sqrt(t * t + again.df_resid)"


def _least_squares(sql: str, term: int) -> Lines:
    """Lines that fit the columns after the first to the first, HC3 errors; `t` is the statistic of one of them."""
    return [
        "import statsmodels.api as sm",
        f"table = rows({sql!r}).astype(float)",
        "again = sm.OLS(table.iloc[:, 0], table.iloc[:, 1:]).fit(cov_type='HC3', use_t=True)",
        f"t, p = again.tvalues.iloc[{term}], again.pvalues.iloc[{term}]",
        f"low, high = again.conf_int().iloc[{term}]",
    ]


def difference_in_differences(study: Study, finding: Finding) -> Lines:
    """The interaction of group and time in a least-squares fit."""
    switch = next((s for s in switches(study) if s.flag.name == finding.params["flag"] and s.within is not None), None)
    if switch is None or switch.within is None or switch.group is None or study.time is None:
        return []
    measure, seconds = study.measures[finding.params["measure"]], f"epoch({study.time.expression})"
    grouped = f"({switch.within.equals(switch.group)})::int"
    after = f"({seconds} >= {switch.day.timestamp()!r})::int"
    kept = study.condition({}, f"{measure.sql} is not null", f"{seconds} is not null", switch.within.equals(list(switch.within.values)))
    sql = f"select {measure.sql} as y, 1 as one, {grouped} as a, {after} as b, {grouped} * {after} as ab from {study.table}{kept}"
    lines = [*_least_squares(sql, 3), *asserted(finding, "t", "p", "len(table)")]
    return [*lines, *effect(finding, _PARTIAL_R), *interval(finding, "low", "high")]


def experiment(study: Study, finding: Finding) -> Lines:
    """The arm against the control: Welch's test of means, chi-square or Fisher's test of shares."""
    measure, cut = study.measures[finding.params["measure"]], study.cuts[finding.params["by"]]
    arm, rate = str(finding.params["group"]), measure.kind == "rate"
    control = next((t.control for t in trials(study) if t.cut.name == cut.name), None)
    if control is None:
        return []
    kept = study.condition({}, cut.equals([arm, control]), f"{measure.sql} is not null")
    lines = [
        f"table = rows({f'select {cut.sql} as name, {measure.sql} as value from {study.table}{kept}'!r})",
        f"first, others = table.value[table.name == {arm!r}], table.value[table.name != {arm!r}]",
    ]
    if finding.test == "Welch t":
        lines.append("again = stats.ttest_ind(first, others, equal_var=False)")
    elif finding.test == "chi-square":
        lines.append("again = stats.chi2_contingency(pd.crosstab(table.name, table.value), correction=False)")
    else:
        return []
    lines += asserted(finding, "again.statistic", "again.pvalue", "len(table)")
    return [*lines, *between(rate=rate), *interval(finding, "low", "high"), *effect(finding, "effect")]


def keyword(study: Study, finding: Finding) -> Lines:
    """The records whose text has the word against the others; p counts the words looked at, which only the method knows."""
    measure, text = study.measures[finding.params["measure"]], study.dataset.column(finding.params["text"])
    word, rate = str(finding.entities[text.name]), measure.kind == "rate"
    has = f"({holds_word(text, word)})::int"
    sql = (
        f"select {has} as has, {measure.sql} as value from {study.table} where {text.expression} is not null and {measure.sql} is not null"
    )
    lines = [f"table = rows({sql!r})", "first, others = table.value[table.has == 1], table.value[table.has == 0]"]
    if finding.test == "Mann-Whitney":
        lines.append("again = stats.mannwhitneyu(first, others)")
    elif finding.test == "chi-square":
        lines.append("again = stats.chi2_contingency(pd.crosstab(table.has, table.value), correction=False)")
    else:
        return []
    lines += asserted(finding.model_copy(update={"p_value": None}), "again.statistic", "again.pvalue", "len(table)")
    flip = ["low, high = -high, -low"] if finding.direction == "lower" else []
    return [*lines, *between(rate=rate), *effect(finding, "effect"), *flip, *interval(finding, "low", "high")]


def ratio_association(study: Study, finding: Finding) -> Lines:
    """The rank correlation of a ratio and another number, with Fisher's interval."""
    if finding.n >= SAMPLE_ROWS:
        return []
    asked = {name: value for name, value in finding.params.items() if name not in {"dataset", "adjustment"}}
    q, against = question(study, asked), CutBy.model_validate(asked["against"])
    return [
        f"pairs = rows({rows_of(q, against)!r})",
        "again = stats.spearmanr(pairs.y, pairs.x)",
        "margin = stats.norm.ppf(0.975) / np.sqrt(len(pairs) - 3)",
        "low, high = np.tanh(np.arctanh(again.statistic) - margin), np.tanh(np.arctanh(again.statistic) + margin)",
        *asserted(finding, "again.statistic", "again.pvalue", "len(pairs)"),
        *effect(finding, "again.statistic"),
        *interval(finding, "low", "high"),
    ]
