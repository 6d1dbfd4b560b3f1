"""Text themes: the word that sets a group's texts apart from the others'."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.dataset import ColumnProfile
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest, likeness, words_of
from services.analysis.measures import Cut, humanize
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import left_out, opinion
from services.analysis.statistics import counts
from services.analysis.statistics.tails import Result
from services.analysis.statistics.words import log_odds_z
from services.analysis.study import Floats, Study
from services.analysis.vocabulary import PARTLY, holds_word
from services.analysis.writing import COUNTED, POINTS, SHARE, Writer, exhibit, said
from shared.kit.cited import name

MOST_GROUPS = 12
SMALLEST_GROUP = 15
TELLING = 0.1  # share of a group's texts that must hold the word


@dataclass(frozen=True)
class Theme:
    """A group's most telling word, the runners-up, and the comparison of shares."""

    word: str
    others: list[str]
    result: Result
    n: int
    missing: int
    partly: bool
    also_first: bool  # whether chi-square, too, puts the word among the first three


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every text by every group of the smaller cuts."""
    del interest
    return [
        {"text": text.name, "by": cut.name, "group": value}
        for text in study.texts
        for cut in study.groupings
        if len(cut.values) <= MOST_GROUPS and text.name not in cut.columns
        for value, size in zip(cut.values, cut.sizes, strict=True)
        if size >= SMALLEST_GROUP
    ]


def test(study: Study, params: Params) -> Candidate | None:
    """Find the word whose log-odds set `params["group"]` apart most, and test its share; p is multiplied by the words looked at."""
    cut = study.cuts[params["by"]]
    vocabulary = study.vocabulary(params["text"])
    if vocabulary is None:
        return None
    codes = study.codes(cut)[vocabulary.rows]
    inside = codes == cut.values.index(params["group"])
    outside = (codes >= 0) & ~inside
    n1, n0 = float(inside.sum()), float(outside.sum())
    if n1 < SMALLEST_GROUP or n0 < SMALLEST_GROUP:
        return None
    hits1, hits0 = vocabulary.holds[inside].sum(axis=0).astype(float), vocabulary.holds[outside].sum(axis=0).astype(float)
    # A word of the group's own name says nothing about the group.
    telling = np.array([not any(likeness(word, own) >= 0.8 for own in words_of(params["group"])) for word in vocabulary.words])
    z = np.where((hits1 >= TELLING * n1) & telling, log_odds_z(hits1, hits0, n1, n0), -np.inf)
    order = np.argsort(-np.round(z, 9), kind="stable")
    best = int(order[0])
    if not math.isfinite(z[best]) or z[best] <= 0:
        return None
    result = counts.two_proportions(float(hits1[best]), n1, float(hits0[best]), n0)
    chi2 = np.where(hits1 * n0 > hits0 * n1, _chi_squares(hits1, hits0, n1, n0), 0.0) * telling
    also_first = bool((np.round(chi2, 9) > np.round(chi2[best], 9)).sum() < 3)
    missing = int((codes < 0).sum()) + vocabulary.empty
    runners = [vocabulary.words[int(j)] for j in order[1:3] if z[int(j)] > 3]
    return Candidate(
        method="theme",
        params=dict(params),
        columns=tuple(dict.fromkeys([*cut.columns, params["text"]])),
        p_value=min(1.0, result.p_value * len(vocabulary.words)),
        effect=min(1.0, abs(result.estimate)),
        coverage=n1 / max(1, study.size),
        topic=("theme", params["text"], cut.name),
        detail=Theme(vocabulary.words[best], runners, result, int(n1 + n0), missing, vocabulary.partly, also_first),
        entities=(params["group"],),
        silent=True,
    )


def _chi_squares(hits1: Floats, hits0: Floats, n1: float, n0: float) -> Floats:
    """Return Pearson's chi-square of each word's share inside against outside."""
    share = (hits1 + hits0) / (n1 + n0)
    spread = np.maximum(share * (1 - share) * (1 / n1 + 1 / n0), 1e-300)
    return np.asarray((hits1 / n1 - hits0 / n0) ** 2 / spread, dtype=np.float64)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say which word marks the group."""
    if not outcome.significant:
        return None
    theme: Theme = candidate.detail
    p = candidate.params
    cut, text, group = study.cuts[p["by"]], study.dataset.column(p["text"]), p["group"]
    w = Writer(study, candidate, outcome)
    has = holds_word(text, theme.word)
    share = f"avg(case when {has} then 1.0 else 0.0 end)"
    known = f"{text.expression} is not null"
    query = f"select {share} from {study.table}{study.condition({cut.name: group}, known)}"
    value = w.sql("value", f"share of texts in {group} with the word", query, SHARE)
    elsewhere = f"select {share} from {study.table} where {cut.sql} is not null and not ({cut.equals(group)}) and {known}"
    baseline = w.sql("baseline", "share elsewhere", elsewhere, SHARE)
    w.sql("count", "texts with the word", f"select count(*) from {study.table}{study.condition({cut.name: group}, has)}", COUNTED)
    interval = w.interval("difference", theme.result.ci_low, theme.result.ci_high, POINTS)
    also = f" (also {', '.join(theme.others)})" if theme.others else ""
    return w.finding(
        kind="text_theme",
        template=(
            f"{name(theme.word)} marks the {said(humanize(text.name))} of {said(group)} ({said(cut.label)}): "
            f"{{count}} records, {{value}} of them, against {{baseline}} elsewhere{also}; difference {interval}, {w.sureness(theme.n)}."
        ),
        n=theme.n,
        query=query,
        by=[cut.name],
        entities={cut.name: group, text.name: theme.word},
        direction="higher" if value > baseline else "lower",
        baseline=baseline,
        effect_size=theme.result.effect_size,
        effect_name=theme.result.effect_name,
        test=theme.result.test,
        statistic=theme.result.statistic,
        strength="association",
        **left_out(missing=theme.missing),
        robustness=opinion("Ranking words by chi-square", agrees=theme.also_first),
        exhibit=_shares(study, cut, text, theme.word, group),
        assumptions=[
            "words ranked by log-odds with an informative prior; the test is corrected for the number of words",
            *([PARTLY] if theme.partly else []),
        ],
    )


def _shares(study: Study, cut: Cut, text: ColumnProfile, word: str, group: str) -> Exhibit:
    """Return the chart of the share of texts with the word in every group."""
    share = f"avg(case when {holds_word(text, word)} then 1.0 else 0.0 end)"
    condition = f" where {cut.sql} is not null and {text.expression} is not null"
    rows = f"select {cut.sql}, {share}, count(*) from {study.table}{condition} group by 1 order by 2 desc, 1 limit 40"
    return exhibit(
        study,
        "bar",
        rows,
        title=f"share of {humanize(text.name)} with the word {word}, by {said(cut.label)}",
        labels=(cut.label, "share of records"),
        columns=[cut.name, "share", "records"],
        style=SHARE,
        highlight=[group],
    )


METHOD = Method(
    name="theme",
    version="1",
    title="Text themes",
    needs="a free-text column and a category",
    proposals=proposals,
    test=test,
    write=write,
)
