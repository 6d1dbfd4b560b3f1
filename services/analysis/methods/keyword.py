"""Words and measures: are records whose text holds a word higher or lower in a measure than those without."""

from dataclasses import dataclass

import numpy as np

from services.analysis.dataset import ColumnProfile
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Measure, humanize
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import DISSENT, left_out, opinion, said_of, same_side, without_far_out
from services.analysis.statistics import correlation, counts, groups
from services.analysis.statistics.tails import Result
from services.analysis.study import Floats, Mask, Study
from services.analysis.vocabulary import PARTLY, holds_word
from services.analysis.writing import Writer, comparative, difference_in_units, exhibit, in_units, said, value_name
from shared.kit.cited import name

SMALLEST = 15
MOST_WORDS = 60


@dataclass(frozen=True)
class Marked:
    """The word whose records differ most, and by how much."""

    word: str
    result: Result
    contrast: Result
    n: int
    missing: int
    partly: bool
    second: str | None  # whether other tests agree, in words


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every text by every measure."""
    del interest
    return [{"text": t.name, "measure": m.name} for t in study.texts for m in study.measures.values() if m.kind != "count"]


def test(study: Study, params: Params) -> Candidate | None:
    """Find the word that separates `params["measure"]` most; p is multiplied by the words looked at."""
    measure, vocabulary = study.measures[params["measure"]], study.vocabulary(params["text"])
    if vocabulary is None:
        return None
    values = study.values(measure)[vocabulary.rows]
    known = ~np.isnan(values)
    missing = int((~known).sum()) + vocabulary.empty
    values, holds = values[known], vocabulary.holds[known]
    sizes = holds.sum(axis=0)
    usable = np.flatnonzero((sizes >= SMALLEST) & (len(values) - sizes >= SMALLEST))[:MOST_WORDS]
    if len(usable) == 0 or values.max() == values.min():
        return None
    ranks = groups.rank(values)
    r = np.array([correlation.pearson_r(holds[:, j].astype(float), ranks) for j in usable])
    best = int(usable[int(np.argmax(np.abs(np.round(r, 9))))])
    first = holds[:, best]
    a, b = values[first], values[~first]
    if measure.kind == "rate":
        contrast = counts.two_proportions(float(a.sum()), len(a), float(b.sum()), len(b))
        result = contrast
        exact = counts.fisher_exact(int(a.sum()), int(len(a) - a.sum()), int(b.sum()), int(len(b) - b.sum()))
        second: str | None = opinion("An exact test (Fisher)", agrees=exact < DISSENT)
    else:
        contrast = groups.welch_t(len(a), a.mean(), a.var(ddof=1), len(b), b.mean(), b.var(ddof=1))
        result = groups.mann_whitney(ranks, first, groups.tie_sum(ranks))
        second = _second_opinion(values, first, contrast, result)
    return Candidate(
        method="keyword",
        params=dict(params),
        columns=tuple(dict.fromkeys([params["text"], *measure.columns])),
        p_value=min(1.0, result.p_value * len(usable)),
        effect=float(np.abs(r).max()),
        coverage=len(values) / max(1, study.size),
        topic=("keyword", params["text"], measure.name),
        detail=Marked(vocabulary.words[best], result, contrast, len(values), missing, vocabulary.partly, second),
        silent=True,
    )


def _second_opinion(values: Floats, first: Mask, contrast: Result, ranked: Result) -> str | None:
    means = opinion("A test on means (Welch)", agrees=same_side(contrast.p_value, contrast.estimate, ranked.effect_size))

    def holds(kept: Mask) -> bool:
        ranks = groups.rank(values[kept])
        again = groups.mann_whitney(ranks, first[kept], groups.tie_sum(ranks))
        return same_side(again.p_value, again.effect_size, ranked.effect_size)

    return said_of(means, without_far_out(values, holds))


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say which word goes with more or less of the measure."""
    if not outcome.significant:
        return None
    marked: Marked = candidate.detail
    measure, text = study.measures[candidate.params["measure"]], study.dataset.column(candidate.params["text"])
    w = Writer(study, candidate, outcome)
    has, known = holds_word(text, marked.word), f"{text.expression} is not null and {measure.sql} is not null"
    query = f"select avg({measure.sql}) from {study.table} where {known} and {has}"
    value = w.sql("value", f"{value_name(measure)} with the word", query, in_units(measure))
    base = f"select avg({measure.sql}) from {study.table} where {known} and not {has}"
    baseline = w.sql("baseline", f"{value_name(measure)} without it", base, in_units(measure))
    up = value > baseline
    w.formula("difference", "difference", "abs(value - baseline)", abs(value - baseline), difference_in_units(measure))
    sign = 1 if up else -1
    low, high = sorted((sign * marked.contrast.ci_low, sign * marked.contrast.ci_high))
    interval = w.interval("difference", low, high, difference_in_units(measure))
    subject = said(value_name(measure))
    return w.finding(
        kind="difference",
        template=(
            f"{subject[0].upper()}{subject[1:]} is {{value}} where the {said(humanize(text.name))} says {name(marked.word)}, "
            f"{{difference}} {comparative(measure, higher=up)} than where it does not ({{baseline}}); {interval}, {w.sureness(marked.n)}."
        ),
        n=marked.n,
        query=query,
        measure=measure.name,
        by=[text.name],
        entities={text.name: marked.word},
        direction="higher" if up else "lower",
        baseline=baseline,
        unit=measure.unit,
        effect_size=marked.contrast.effect_size,
        effect_name=marked.contrast.effect_name,
        test=marked.result.test,
        statistic=marked.result.statistic,
        strength="association",
        **left_out(missing=marked.missing),
        robustness=marked.second,
        exhibit=_with_and_without(study, measure, text, marked.word),
        assumptions=["ranks used; the test is corrected for the number of words looked at", *([PARTLY] if marked.partly else [])],
    )


def _with_and_without(study: Study, measure: Measure, text: ColumnProfile, word: str) -> Exhibit:
    """Return the chart of a measure where a text has a word and where it has not."""
    label = f"case when {holds_word(text, word)} then 'with the word' else 'without it' end"
    known = f"{text.expression} is not null and {measure.sql} is not null"
    return exhibit(
        study,
        "bar",
        f"select {label}, avg({measure.sql}), count(*) from {study.table} where {known} group by 1 order by 1",
        title=f"{value_name(measure)} with and without the word {word}",
        labels=(humanize(text.name), value_name(measure)),
        columns=[text.name, measure.name, "records"],
        style=in_units(measure),
        highlight=["with the word"],
    )


METHOD = Method(
    name="keyword",
    version="1",
    title="Words and measures",
    needs="a free-text column and a measure",
    proposals=proposals,
    test=test,
    write=write,
)
