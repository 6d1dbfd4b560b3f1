"""Trend: does a count or a measure go up or down over time, overall and within groups, and do the others do the same."""

import numpy as np

from services.analysis.equivalence import MARGIN, absence, margin_style
from services.analysis.findings import Exhibit, Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.association import contrast_interest
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.course import Course, ends_apart, per_period, second_opinion
from services.analysis.opinions import left_out, left_out_of_periods
from services.analysis.periods import Periods
from services.analysis.statistics import correlation, counts, power, trends
from services.analysis.statistics.tails import Result
from services.analysis.study import Mask, Study, Where
from services.analysis.writing import PLAIN, SHARE, Writer, difference_in_units, exhibit, in_units, said, value_name, within

FEWEST = 24  # rows
LATE_GAP, LATE_SURE = 0.05, 0.001  # by how much more, and how surely, what began of late must lack its end
FEWEST_AT_ENDS = 3  # rows in the first and in the last third of the time
MOST_GROUPS = 12
MOST_TESTS = 150


def proposals(study: Study, interest: Interest) -> list[Params]:
    """The count and every measure, overall and within each group of the smaller cuts; the most asked about first."""
    if study.time is None:
        return []
    wanted: list[tuple[float, Params]] = []
    for measure in study.measures.values():
        if not may_move(study, measure):
            continue
        wanted.append((2.0, {"measure": measure.name, "where": {}}))
        for cut in study.groupings:
            if len(cut.values) > MOST_GROUPS or set(cut.columns) & set(measure.columns):
                continue
            weight = interest.measure(measure) * interest.cut(cut)
            groups = zip(cut.values, cut.sizes, strict=True)
            wanted += [(weight, {"measure": measure.name, "where": {cut.name: v}}) for v, size in groups if size >= FEWEST]
    wanted.sort(key=lambda pair: -pair[0])
    return [params for _, params in wanted[:MOST_TESTS]]


def may_move(study: Study, measure: Measure) -> bool:
    """Whether a change over time would say something: a time measured up to the date itself changes with it by definition."""
    if study.time is None or measure.kind != "duration":
        return True
    return measure.columns[0] == study.time.name


def cut_off(study: Study, measure: Measure) -> bool:
    """Whether what began of late has often not ended yet: only its short cases are known, so that averages seem to fall, never to rise."""
    if study.time is None or measure.kind != "duration":
        return False
    return study.memo(("cut off", measure.name), lambda: _cut_off(study, measure))


def _cut_off(study: Study, measure: Measure) -> bool:
    """Whether what began in the last fifth of the records lacks its end more often than what began before."""
    assert study.time is not None
    seconds, unended = study.seconds(study.time), np.isnan(study.values(measure))
    known = ~np.isnan(seconds)
    if known.sum() < FEWEST or not unended[known].any():
        return False
    late = known & (seconds >= np.quantile(seconds[known], 0.8))
    early = known & ~late
    if not late.any() or not early.any():
        return False
    apart = counts.two_proportions(float(unended[late].sum()), float(late.sum()), float(unended[early].sum()), float(early.sum()))
    return apart.estimate > LATE_GAP and apart.p_value < LATE_SURE


def test(study: Study, params: Params) -> Candidate | None:
    """Test `params["measure"]` for a monotone change over the table's time, within `params["where"]`."""
    measure, where = study.measures[params["measure"]], params.get("where") or {}
    calendar = study.calendar
    if calendar is None or study.time is None:
        return None
    mask = study.mask(where)
    course = _counted(calendar, mask, where) if measure.kind == "count" else _measured(study, measure, calendar, mask, where)
    if course is None or (course.result.effect_size <= 0 and cut_off(study, measure)):
        return None
    # Counts are tested on few periods, measures on many rows.
    detectable = power.detectable_correlation(course.periods if measure.kind == "count" else course.n)
    if measure.kind == "count" and abs(course.result.estimate) * course.periods < 0.3 and course.n >= 10 * course.periods:
        detectable = min(detectable, 0.3)
    return Candidate(
        method="trend",
        params={"measure": measure.name, "where": where},
        columns=tuple(dict.fromkeys([study.time.name, *measure.columns, *study.columns_of(where)])),
        p_value=course.result.p_value,
        effect=abs(course.result.effect_size),
        coverage=course.n / max(1, study.size),
        topic=("trend", measure.name, *map(str, where.items())),
        detail=course,
        detectable=detectable,
        interest=contrast_interest(course.result, course.rest),
        silent=cut_off(study, measure),  # a seeming fall may hide a rise: its absence is not known
        entities=tuple(str(v) for v in where.values()),
    )


def _counted(calendar: Periods, mask: Mask, where: Where) -> Course | None:
    counts = per_period(calendar, mask)
    if counts.sum() < FEWEST:
        return None
    result = trends.count_trend(counts)
    rest = trends.count_trend(per_period(calendar, ~mask)) if where and (~mask).sum() >= FEWEST else None
    return Course(calendar, result, trends.mann_kendall(counts), rest, int(counts.sum()), len(counts), int(mask.sum() - counts.sum()))


def _measured(study: Study, measure: Measure, calendar: Periods, mask: Mask, where: Where) -> Course | None:
    seconds, values = study.seconds(calendar.column), study.values(measure)
    known = ~np.isnan(seconds) & ~np.isnan(values)
    keep = mask & known
    if keep.sum() < FEWEST or values[keep].max() == values[keep].min():
        return None

    def spearman(rows: Mask) -> Result:
        by_time = study.ranked(f"t:{calendar.column.name}", seconds, rows)[0]
        return correlation.spearman_of_ranks(by_time, study.ranked(measure.name, values, rows)[0])

    result = spearman(keep)
    inside = keep & (calendar.index >= 0)
    third = max(1, len(calendar.starts) // 3)
    if min((inside & (calendar.index < third)).sum(), (inside & (calendar.index >= len(calendar.starts) - third)).sum()) < FEWEST_AT_ENDS:
        return None
    index = calendar.index[inside]
    n = np.bincount(index, minlength=len(calendar.starts))
    means = np.bincount(index, values[inside], minlength=len(calendar.starts))[n > 0] / n[n > 0]
    second = trends.mann_kendall(means) if len(means) >= 6 else None
    others = known & ~mask
    rest = spearman(others) if where and others.sum() >= FEWEST else None
    return Course(calendar, result, second, rest, int(keep.sum()), len(means), int((mask & ~known).sum()))


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say how the level changed between the first and the last third of the time, or that it did not."""
    measure, where = study.measures[candidate.params["measure"]], candidate.params["where"]
    course: Course = candidate.detail
    w = Writer(study, candidate, outcome)
    query = _levels(study, measure, where, course, w)
    template = _changed(measure, where, course, w) if outcome.significant else _steady(study, measure, where, course, w)
    up = course.result.effect_size > 0
    calendar = course.calendar
    return w.finding(
        kind="trend" if outcome.significant else "no_effect",
        template=template,
        n=course.n,
        query=query,
        measure=measure.name,
        by=[calendar.column.name],
        entities=dict(where),
        window=Window(start=calendar.begins(0), end=calendar.ends(len(calendar.starts) - 1)),
        direction=("increasing" if up else "decreasing") if outcome.significant else "none",
        baseline=w.facts["baseline"].value,
        unit=measure.unit,
        effect_size=course.result.effect_size,
        effect_name=course.result.effect_name if measure.kind == "count" else "Spearman rho",
        test=course.result.test,
        statistic=course.result.statistic,
        strength="association",
        exhibit=line(study, measure, where, calendar),
        assumptions=list(course.result.assumptions) or ["ranks used: no shape of the change is assumed"],
        **(left_out_of_periods(course.missing) if measure.kind == "count" else left_out(missing=course.missing)),
        robustness=second_opinion(study, measure, where, course),
    )


def _levels(study: Study, measure: Measure, where: Where, course: Course, w: Writer) -> str:
    """Add the levels of the first and last third of the periods; return the query of the last."""
    calendar = course.calendar
    third = max(1, len(calendar.starts) // 3)
    style = PLAIN if measure.kind == "count" else in_units(measure)
    column = calendar.column.expression
    spans = {"baseline": (0, third), "value": (len(calendar.starts) - third, len(calendar.starts))}
    queries = {}
    for fact, (first, end) in spans.items():
        begins, ends = calendar.begins(first), calendar.ends(end - 1)
        during = f"{column} >= timestamp '{begins}' and {column} < timestamp '{ends}' + interval 1 day"
        value = f"count(*) / {third}.0" if measure.kind == "count" else f"avg({measure.sql})"
        queries[fact] = f"select {value} from {study.table}{study.condition(where, during)}"
        part = "first" if fact == "baseline" else "last"
        w.sql(fact, f"{value_name(measure)}, {part} third of the time", queries[fact], style)
    w.formula("difference", "change", "value - baseline", w.facts["value"].value - w.facts["baseline"].value, _change_style(measure))
    return queries["value"]


def _change_style(measure: Measure) -> dict[str, object]:
    return {**PLAIN, "signed": True} if measure.kind == "count" else difference_in_units(measure, signed=True)


def _subject(measure: Measure, where: Where, calendar: Periods) -> str:
    noun = f"records per {calendar.unit}" if measure.kind == "count" else value_name(measure)
    return f"{said(noun)}{within(where)}"


def _changed(measure: Measure, where: Where, course: Course, w: Writer) -> str:
    up = course.result.effect_size > 0
    subject = _subject(measure, where, course.calendar)
    tail = ""
    if course.rest is not None:
        same = course.rest.p_value < 0.01 and (course.rest.effect_size > 0) == up
        tail = ", as in the rest" if same else ", while the rest shows no such trend"
    word = "rose" if up else "fell"
    style: dict[str, object] = SHARE if measure.kind == "count" else PLAIN
    label = f"growth per {course.calendar.unit}" if measure.kind == "count" else "rank correlation with time"
    interval = w.interval(label, course.result.ci_low, course.result.ci_high, style)
    return (
        f"{subject[0].upper()}{subject[1:]} {word} from {{baseline}} in the first third of the time to {{value}} in the last "
        f"({{difference}}){tail}; "
        f"{label} {interval}, {w.sureness(course.n)}."
    )


def _steady(study: Study, measure: Measure, where: Where, course: Course, w: Writer) -> str:
    close = ends_apart(study, measure, where, course, w.facts["value"].value)
    style = _change_style(measure)
    interval = w.interval("change", close.low, close.high, style)
    w.method("detectable", "smallest change found four times in five", close.detectable, {**style, "signed": False})
    subject = _subject(measure, where, course.calendar)
    first, kind = f"{subject[0].upper()}{subject[1:]}", absence(close, w.outcome)
    levels = f"{{baseline}} in the first third of the time, {{value}} in the last (change {interval}); {w.sureness(course.n)}"
    if kind == "same":
        w.method("margin", "margin within which the level counts as the same", MARGIN, margin_style(measure))
        return f"{first} stays the same within {{margin}}{'' if measure.kind == 'rate' else ' of its average'}: {levels}."
    if kind == "small":
        return f"{first} hardly changes, though by more than chance: {levels}."
    return f"{first} shows no trend: {levels}; a change of {{detectable}} would have shown."


def line(study: Study, measure: Measure, where: Where, calendar: Periods) -> Exhibit:
    value = "count(*)" if measure.kind == "count" else f"avg({measure.sql})"
    condition = study.condition(where, calendar.condition)
    query = f"select {calendar.sql} as period, {value} from {study.table}{condition} group by 1 order by 1"
    name = _subject(measure, where, calendar)
    style = PLAIN if measure.kind == "count" else in_units(measure)
    return exhibit(
        study, "line", query, title=f"{name} over time", labels=(calendar.unit, name), columns=["period", measure.name], style=style
    )


METHOD = Method(
    name="trend",
    version="1",
    title="Trend over time",
    needs="a date over at least eight days, weeks, months or quarters, and two dozen records",
    proposals=proposals,
    test=test,
    write=write,
)
