"""Binding each wanted answer to one quantity: its operation, its columns, the rows it is about."""

import re

from services.analysis.ask.about import Ask, column_of, rows_about, score, words_of
from services.analysis.ask.draft import Draft
from services.analysis.ask.errors import NotUnderstoodError
from services.analysis.ask.filters import truth
from services.analysis.ask.inference import CORRELATIONS, METRICS, NORMALITY
from services.analysis.ask.lexicon import TESTS, operations_in
from services.analysis.ask.plan import Answer, Condition, Keep, Outliers, Quantity, Rule, Slot, Step, Writing
from services.analysis.ask.verdicts import Thing, alpha_of, meant, rules_from
from services.analysis.ask.wanted import Wanted, WantedSlot, decimals_in

AGGREGATES = (
    "mean",
    "median",
    "std",
    "var",
    "sum",
    "min",
    "max",
    "mode",
    "skew",
    "kurtosis",
    "range",
    "iqr",
    "cv",
    "quantile25",
    "quantile75",
)
_TWO_GROUPS = {"welch", "mann_whitney", "t"}
_MANY_GROUPS = {"kruskal", "anova", "levene", "bartlett"}


def bind(draft: Draft, wanted: list[Wanted]) -> tuple[Answer, ...]:
    """Return the answers. Raises NotUnderstoodError for one that no operation, or more than one, can mean."""
    return tuple(Answer(name=w.name, slots=tuple(_slot(draft, Ask(w, s)) for s in w.slots)) for w in wanted)


def wanted_by(draft: Draft) -> list[Wanted]:
    """Return the answers that a question without a format asks for: one for each operation it names, two for a superlative."""
    decimals = decimals_in(draft.reading.text)
    if (best := draft.superlative) is not None:
        name = WantedSlot("name", "a string", Writing())
        value = WantedSlot("value", "a number", Writing(decimals=decimals))
        return [Wanted(best.group, (name,)), Wanted(f"{best.inner}_{best.measure}".rstrip("_"), (value,))]
    asked = [op for s in draft.reading.part("question") for _, _, op in operations_in(s.text)]
    kept = [
        op
        for op in dict.fromkeys(asked)
        if op in AGGREGATES or op in METRICS or op in {"correlation", "p_value", "statistic", "outliers", "missing", "distinct"}
    ]
    if not kept and "count" in asked:
        kept = ["count"]
    if not kept:
        raise NotUnderstoodError("The question names nothing to compute.")
    return [Wanted(op, (WantedSlot(op, "", Writing(decimals=decimals)),)) for op in kept]


def _slot(draft: Draft, ask: Ask) -> Slot:
    if re.search(r"\.\.\.|\blist\b|separated|\bids\b|\bnames\b|\bdictionar|\barray", " ".join([*ask.texts, ask.slot.said.lower()])):
        raise NotUnderstoodError(f"{ask.wanted.name} asks for a list of values.")
    if ask.slot.options:
        return Slot(rules=_rules(draft, ask), writing=ask.slot.writing)
    quantity = _best(draft, ask) or quantity_of(draft, ask)
    writing = ask.slot.writing
    if quantity.op in {"count", "missing", "distinct"} and writing.decimals is None:
        writing = Writing(whole=True)
    return Slot(quantity=quantity, writing=writing)


def _best(draft: Draft, ask: Ask) -> Quantity | None:
    """Return the group that a superlative is about, or its value where a number is asked for; None without a superlative."""
    best = draft.superlative
    if best is None:
        return None
    said = ask.slot.said.lower()
    number = ask.slot.writing.decimals is not None or ask.slot.writing.whole or re.search(r"\bnumber\b|float|integer", said)
    words = re.search(r"string|name|categor|text", said)
    if bool(number) == bool(words):
        raise NotUnderstoodError(f"It is not clear whether {ask.wanted.name} is a name or a number.")
    columns = (best.group, best.measure) if best.measure else (best.group,)
    return Quantity(op="best_group" if words else "best_value", columns=columns, steps=draft.steps, inner=best.inner, highest=best.highest)


def operation_of(draft: Draft, ask: Ask) -> tuple[str, bool]:
    """Return (operation, whether of outliers only) that an ask's own words name, else the only one the question names."""
    if draft.percentiles and not any(op in AGGREGATES for text in ask.texts[:2] for _, _, op in operations_in(text)):
        return "quantile", False
    for text in ask.texts:
        ops = list(dict.fromkeys(op for _, _, op in operations_in(text)))
        if (op := _one_of(ops, draft)) is not None:
            of_outliers = (
                op in AGGREGATES
                and "outliers" in ops
                and not re.search(r"remov|exclud|without|after|drop|no outlier", " ".join(ask.texts[:2]))
            )
            return op, of_outliers
    asked = [op for s in draft.reading.part("question") for _, _, op in operations_in(s.text)]
    if (op := _one_of(list(dict.fromkeys(asked)), draft)) is not None:
        return op, False
    raise NotUnderstoodError(f"It is not clear what {ask.wanted.name} asks to compute.")


def _percentile(draft: Draft, ask: Ask) -> float:
    """Return the percentile that an answer's name says, else the only one the question names."""
    said = {float(n) for text in ask.texts[:2] for n in re.findall(r"\d+(?:\.\d+)?", text)} & set(draft.percentiles)
    left = said or set(draft.percentiles)
    if len(left) != 1:
        raise NotUnderstoodError(f"It is not clear which percentile {ask.wanted.name} is.")
    return left.pop()


def _one_of(ops: list[str], draft: Draft) -> str | None:
    """Return the operation that several words together mean, or None."""
    for strong in ("p_value", "statistic"):
        if strong in ops:
            return strong
    metrics = [op for op in ops if op in METRICS]
    if metrics and draft.model is not None:
        return metrics[0] if len(metrics) == 1 else None
    aggregates = [op for op in ops if op in AGGREGATES]
    if aggregates:
        return aggregates[0] if len(aggregates) == 1 else None
    for op in ("correlation", "missing", "distinct", "outliers", "share", "count"):
        if op in ops:
            return op
    return None


def quantity_of(draft: Draft, ask: Ask) -> Quantity:
    """Return the quantity of a number that is asked for."""
    op, of_outliers = operation_of(draft, ask)
    if op == "correlation":
        return _correlation(draft, ask, "statistic")
    if op in {"p_value", "statistic"}:
        return _test(draft, ask, "p" if op == "p_value" else "statistic")
    if op in METRICS:
        return _model(draft, op)
    if op in {"outliers", "count"}:
        steps = (*rows_about(draft, ask), _outlier_rule(draft, ask)) if op == "outliers" else _counted(draft, ask)
        return Quantity(op="count", steps=steps)
    return _share(draft, ask) if op == "share" else _of_a_column(draft, ask, op, of_outliers=of_outliers)


def _of_a_column(draft: Draft, ask: Ask, op: str, *, of_outliers: bool) -> Quantity:
    column = column_of(draft, ask)
    steps = rows_about(draft, ask)
    if of_outliers:
        steps = (*steps, _outlier_rule(draft, ask))
    elif draft.outliers is not None and draft.removed and not re.search(r"before|origin|with outliers|initial", " ".join(ask.texts[:2])):
        steps = (*steps, _outlier_rule(draft, ask).model_copy(update={"keep": "rest"}))
    return _aggregate(draft, op, column, steps, ask)


def _share(draft: Draft, ask: Ask) -> Quantity:
    """The part of all rows that meets the one condition, or holds the one yes-or-no column, that the question speaks of."""
    conditions = draft.conditions
    flags = [s for s in draft.subjects if draft.reading.linker.column(s).boolean]
    if not conditions and len(flags) == 1:
        conditions = (Condition(column=flags[0], comparison="=", value=truth(draft.reading.linker.column(flags[0]).few, yes=True)),)
    if len(conditions) != 1 or draft.groups or draft.outliers is not None:
        raise NotUnderstoodError("It is not clear what the share is a share of.")
    steps = tuple(s for s in draft.steps if not (isinstance(s, Keep) and set(s.conditions) <= set(conditions)))
    hundred = re.search(r"percent|\bpct\b|%", " ".join([*ask.texts, *(s.text for s in draft.reading.sentences)]))
    return Quantity(op="share", conditions=conditions, steps=steps, parameter=100.0 if hundred else 1.0)


def _aggregate(draft: Draft, op: str, column: str, steps: tuple[Step, ...], ask: Ask) -> Quantity:
    numeric = draft.reading.linker.column(column).numeric
    if not numeric and op not in {"mode", "missing", "distinct"}:
        raise NotUnderstoodError(f"The {op} of {column} is asked, and it holds no numbers.")
    if op in {"skew", "kurtosis"}:
        own = draft.reading.mentions(r"scipy|stats\.(?:skew|kurtosis)") and not draft.reading.mentions(r"pandas|bias ?= ?false")
        return Quantity(op=op, columns=(column,), steps=steps, spread="population" if own else "sample")
    if op in {"quantile25", "quantile75"}:
        return Quantity(op="quantile", columns=(column,), steps=steps, parameter=0.25 if op == "quantile25" else 0.75)
    if op == "quantile":
        return Quantity(op=op, columns=(column,), steps=steps, parameter=_percentile(draft, ask) / 100)
    if op == "mode":
        return Quantity(op="mode" if numeric else "mode_text", columns=(column,), steps=steps)
    if op == "missing":
        steps = tuple(s for s in steps if s.kind not in {"drop_missing", "fill"})
    return Quantity(op=op, columns=(column,), steps=steps, spread=draft.spread if op in {"std", "var", "cv"} else "sample")


def _outlier_rule(draft: Draft, ask: Ask) -> Outliers:
    if draft.outliers is None:
        raise NotUnderstoodError("Outliers are asked about without one rule that tells them.")
    column = draft.outliers.column or column_of(draft, ask)
    return draft.outliers.model_copy(update={"column": column})


def _counted(draft: Draft, ask: Ask) -> tuple[Step, ...]:
    steps = rows_about(draft, ask)
    if draft.outliers is not None:
        if not draft.removed:
            raise NotUnderstoodError(f"It is not clear which rows {ask.wanted.name} counts.")
        return (*steps, _outlier_rule(draft, ask).model_copy(update={"keep": "rest"}))
    if not steps and not draft.reading.mentions(
        r"(?:number of|how many|total|count (?:the |of )?)(?:\s+\w+){0,2}\s*(?:rows|records|entries|observations|instances)"
    ):
        raise NotUnderstoodError(f"It is not clear which rows {ask.wanted.name} counts.")
    return steps


def _correlation(draft: Draft, ask: Ask, part: str) -> Quantity:
    kinds = [kind for kind in sorted(CORRELATIONS) if draft.reading.mentions(rf"\b{kind}")]
    if len(kinds) > 1:
        raise NotUnderstoodError("More than one kind of correlation is named.")
    kind = kinds[0] if kinds else "pearson"
    columns = _pair(draft, ask)
    op = "pearson" if kind == "pearson" and part == "statistic" else f"{kind}.{part}"
    return Quantity(op=op, columns=columns, steps=rows_about(draft, ask))


def _pair(draft: Draft, ask: Ask) -> tuple[str, str]:
    if len(draft.subjects) == 2:
        return draft.subjects[0], draft.subjects[1]
    name = re.sub(r"[^a-z0-9]+", "", words_of(ask.wanted.name)) or ""
    pairs = [(a, b) for i, a in enumerate(draft.subjects) for b in draft.subjects[i + 1 :]]
    ends = [p for p in pairs if name.endswith((f"{p[0]}{p[1]}".lower(), f"{p[1]}{p[0]}".lower()))]
    if len(ends) == 1:
        return ends[0]
    words = [w for w in words_of(ask.wanted.name).split() if w]
    named = [s for s in draft.subjects if score(s, draft, words) >= 0.6]
    if len(named) == 2:
        return named[0], named[1]
    spoken = {
        tuple(draft.reading.columns_in(m[0]))
        for s in draft.reading.sentences
        for m in re.finditer(r"correlat[^.\n]*?between[^.\n]*?<c\d+>[^.\n,]*? and [^.\n,]*?<c\d+>", s.text)
    }
    spoken = {p for p in spoken if len(p) == 2 and set(p) <= set(draft.subjects)}
    if len(spoken) == 1:
        a, b = spoken.pop()
        return a, b
    raise NotUnderstoodError(f"It is not clear which two columns {ask.wanted.name} is about.")


def test_named(draft: Draft) -> str | None:
    """Return the one test the question names, None where it names none. Raises NotUnderstoodError where it names several."""
    named = [test for test, pattern in TESTS.items() if draft.reading.mentions(pattern)]
    if "welch" in named or "paired_t" in named:
        named = [t for t in named if t != "t"]
    if len(named) > 1:
        raise NotUnderstoodError("More than one test is named.")
    return named[0] if named else None


def _test(draft: Draft, ask: Ask, part: str) -> Quantity:
    test = test_named(draft)
    related = draft.reading.mentions(r"correlat")
    if test is None and related:
        return _correlation(draft, ask, part)
    if test is None:
        raise NotUnderstoodError("A test is asked about and none is named.")
    if related and test != "chi_square":
        about = " ".join(ask.texts[:2])
        if re.search(r"correl", about):
            return _correlation(draft, ask, part)
        if not re.search(r"normal|shapiro|norm|test", about):
            raise NotUnderstoodError(f"It is not clear which test {ask.wanted.name} is of.")
    op = f"{test}.{part}"
    if test in NORMALITY:
        return Quantity(op=op, columns=(column_of(draft, ask),), steps=rows_about(draft, ask))
    return _group_test(draft, test, op)


def _group_test(draft: Draft, test: str, op: str) -> Quantity:
    subjects = list(draft.subjects)
    if test == "chi_square":
        both = list(dict.fromkeys([*subjects, *draft.groups]))
        if len(both) != 2 or any(draft.groups.values()):
            raise NotUnderstoodError("A chi-square test needs two columns to be named.")
        return Quantity(op=op, columns=(both[0], both[1]), steps=draft.steps)
    if len(draft.groups) == 1:
        (by, values), measures = next(iter(draft.groups.items())), subjects
    else:
        cuts = [
            s
            for s in subjects
            if draft.reading.linker.column(s).few and (not draft.reading.linker.column(s).numeric or draft.reading.linker.column(s).boolean)
        ]
        if draft.groups or len(cuts) != 1:
            raise NotUnderstoodError("It is not clear which groups the test compares.")
        by, values, measures = cuts[0], (), [s for s in subjects if s != cuts[0]]
    known = draft.reading.linker.column(by)
    groups = [_spelled(v) for v in values] or sorted(known.few)
    if len(measures) != 1 or (test in _TWO_GROUPS and len(groups) != 2) or len(groups) < 2 or test not in _TWO_GROUPS | _MANY_GROUPS:
        raise NotUnderstoodError("It is not clear which groups the test compares.")
    return Quantity(op=op, columns=(measures[0], by), steps=draft.steps, groups=tuple(groups))


def _spelled(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _model(draft: Draft, metric: str) -> Quantity:
    model = draft.model
    if model is None:
        raise NotUnderstoodError("A model is asked about that is not described in full.")
    if model.split is None and metric not in {"slope", "intercept"}:
        raise NotUnderstoodError("A model's score is asked without its split and seed.")
    if metric == "slope" and len(model.features) > 1:
        raise NotUnderstoodError("A slope is asked of a model with several features.")
    regression = metric in {"rmse", "mse", "mae", "r2", "slope", "intercept"}
    if regression != (model.kind == "linear"):
        raise NotUnderstoodError(f"A {model.kind} model has no {metric}.")
    return Quantity(
        op=f"{model.kind}.{metric}", columns=(model.target, *model.features), steps=draft.steps, split=model.split, balanced=model.balanced
    )


def _rules(draft: Draft, ask: Ask) -> tuple[Rule, ...]:
    things = _things(draft, ask)
    options = ask.slot.options
    texts = [*(s.text for s in draft.reading.sentences), ask.slot.said.lower()]
    texts = [re.sub(r"<q\d+>", lambda m: f"'{draft.reading.quote(m[0]).lower()}'", t) for t in texts]
    if "p" in things and (alpha := alpha_of("\n".join(texts))) is not None and len(options) == 2:
        test = things["p"].op.partition(".")[0]
        about = " ".join([*ask.texts, *(s.text for s in draft.reading.part("question"))])
        if (
            rules := meant(options, about, things["p"], alpha, normality=test in NORMALITY, variances=test in {"levene", "bartlett"})
        ) is not None:
            return rules
    rules = rules_from(texts, options, things)
    if rules is None:
        raise NotUnderstoodError(f"It is not clear when {ask.wanted.name} is {options[0]!r}.")
    return rules


def _things(draft: Draft, ask: Ask) -> dict[Thing, Quantity]:
    """Return the numbers a rule may speak of: the test's p value, the correlation, the skewness of the column."""
    things: dict[Thing, Quantity] = {}
    makers = {
        "p": lambda: _test(draft, ask, "p"),
        "r": lambda: _correlation(draft, ask, "statistic"),
        "skew": lambda: _aggregate(draft, "skew", column_of(draft, ask), rows_about(draft, ask), ask),
        "kurtosis": lambda: _aggregate(draft, "kurtosis", column_of(draft, ask), rows_about(draft, ask), ask),
    }
    words: dict[Thing, str] = {"p": r"test|p-?\s?value|significan", "r": "correlat", "skew": "skew", "kurtosis": "kurtosis"}
    for thing, pattern in words.items():
        if draft.reading.mentions(pattern):
            try:
                things[thing] = makers[thing]()
            except NotUnderstoodError:
                continue
    plain = [q for t, q in things.items() if t != "p"]
    return {**things, "value": plain[0]} if len(plain) == 1 else things
