"""Measures of a template on the data: which columns give them, and the clock and the cuts that go with them."""

import math
import re
from dataclasses import dataclass

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.ratios import CutBy, Ratio, Ratios, shared_key
from services.analysis.workspace import Workspace
from services.solving.analysts.rules.column_match import Bound, bind, groups_well, likeness
from services.solving.analysts.rules.template import Concept, MeasureTemplate, Template
from services.solving.analysts.rules.wording import group_noun, tokens
from shared.kit.numbers import Style

_NAME = re.compile(r"[a-z_]+")
_ENDS = re.compile(r"clos|end|resolv|process|complet|finish|updat|deliver|cancel|expir|warrant", re.IGNORECASE)


@dataclass(frozen=True)
class Measure:
    """A ratio with the source columns it rests on."""

    ratio: Ratio
    columns: tuple[str, ...]

    @property
    def label(self) -> str:
        """What the measure is called."""
        return self.ratio.label

    @property
    def dataset(self) -> str:
        """The table it is measured on."""
        return self.ratio.dataset


@dataclass(frozen=True)
class Cut:
    """A column whose values cut the rows of a measure, and what its groups are called."""

    by: CutBy
    distinct: int

    @property
    def column(self) -> str:
        """The column's name."""
        return self.by.column

    @property
    def label(self) -> str:
        """The column's name as people say it: one of its groups."""
        return group_noun(self.column)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the cut rests on."""
        return (self.by.column, self.by.key) if self.by.key else (self.by.column,)


def measure_of(template: MeasureTemplate, concepts: dict[str, Concept], data: Workspace, prefer: str | None = None) -> Measure | None:
    """Return a measure bound to the data by the first of its ways that works, or None.

    The table that fits best is taken; `prefer` wins a draw.
    """
    for way in template.of:
        options = [(s, m) for d in data.datasets for s, m in _bound(way, template, concepts, data, d, prefer)]
        if options:
            return max(options, key=lambda pair: (pair[0], pair[1].dataset))[1]
    return None


def _bound(
    way: str, template: MeasureTemplate, concepts: dict[str, Concept], data: Workspace, dataset: Dataset, prefer: str | None
) -> list[tuple[float, Measure]]:
    found: dict[str, Bound] = {}
    for word in dict.fromkeys(_NAME.findall(way)):
        bound = bind(concepts[word], data, dataset)
        if bound is None:
            return []
        found[word] = bound
    if len({b.measures for b in found.values()}) < len(found) or ("/" in way and all(b.measures == ("count",) for b in found.values())):
        return []
    columns = tuple(dict.fromkeys(c for b in found.values() for c in b.columns))
    style, unit = _written(template, list(found.values()), columns)
    unit = unit or _time_unit(next(iter(found.values())), data, dataset)
    ratio = Ratio(
        dataset=dataset.name,
        formula=way,
        of={word: list(b.measures) for word, b in found.items()},
        total=template.total,
        not_negative=" / " not in way and concepts[way].need == "duration" if way in concepts else False,
        label=template.name,
        unit=unit,
        style=style,
    )
    score = sum(b.score for b in found.values()) / len(found) + (0.05 if dataset.name == prefer else 0.0)
    if ("count",) in [b.measures for b in found.values()]:  # rows are events in the larger table, the one with dates
        score += 0.01 * math.log10(max(dataset.rows, 1)) + (0.1 if clock(dataset) else 0.0)
    return [(score, Measure(ratio, columns))]


def _written(template: MeasureTemplate, found: list[Bound], columns: tuple[str, ...]) -> tuple[Style, str]:
    """Return style and unit: a column of percentages above one is written as a plain number of percent."""
    if template.style is Style.MONEY:
        return Style.MONEY, template.unit or currency([b.unit for b in found], columns)
    if template.style is Style.PERCENT and len(found) == 1 and found[0].in_percent:
        return Style.NUMBER, "%"
    return template.style, template.unit or (found[0].unit if len(found) == 1 else "")


def _time_unit(bound: Bound, data: Workspace, dataset: Dataset) -> str:
    """Return the unit of a duration: the engine's for a pair of dates, else the one in the column's name."""
    name = bound.measures[0]
    if name.startswith("duration("):
        known = Ratios(data).measures(dataset.name).get(name)
        return known.unit if known else "days"
    given = [word for word in tokens(name) if word in ("seconds", "minutes", "hours", "days", "weeks", "months", "years")]
    return given[0] if given else ""


def currency(units: list[str], columns: tuple[str, ...]) -> str:
    """Return the currency that units or names of columns give away, or nothing."""
    known = {"eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF", "cny": "CNY"}
    from_unit = [u.upper() for u in units if u.lower() in known]
    from_name = [known[word] for c in columns for word in re.split(r"[\W_]+", c.lower()) if word in known]
    return next(iter(from_unit + from_name), "")


def clock(dataset: Dataset) -> ColumnProfile | None:
    """Return the column that says when a row happened: the best named and best filled date, starts before ends."""
    times = [c for c in dataset.columns if c.role is Role.TIME and c.present > 0 and c.distinct > 1]
    return min(times, key=lambda c: (bool(_ENDS.search(c.name)), c.missing / max(c.rows, 1) > 0.5, c.position), default=None)


def cuts_of(measure: Measure, data: Workspace) -> list[Cut]:
    """Return the columns that can cut a measure: its table's own first, then those of tables it points to."""
    home = data.dataset(measure.dataset)
    own = [Cut(CutBy(column=c.name), c.distinct) for c in home.columns if groups_well(c) and c.name not in measure.columns]
    joined = []
    for other in data.datasets:
        key = shared_key(home, other) if other.name != home.name else None
        if key is not None:
            joined += [
                Cut(CutBy(column=c.name, table=other.name, key=key), c.distinct)
                for c in other.columns
                if c.name != key and groups_well(c) and all(c.name != cut.column for cut in own)
            ]
    return own + joined


def named_cut(cuts: list[Cut], concept: Concept) -> Cut | None:
    """Return the cut that a template's concept means, or None."""
    scored = [(likeness(c.column, concept.columns), c) for c in cuts]
    best = max(scored, key=lambda pair: (pair[0], pair[1].by.table is None, pair[1].column), default=None)
    return best[1] if best and best[0] >= 0.5 else None


def bound_measures(template: Template, data: Workspace, prefer: str | None = None) -> dict[str, Measure]:
    """Return the measures of a template that the data can give, by their name in the template."""
    found = {name: measure_of(m, template.concept, data, prefer) for name, m in template.measure.items()}
    return {name: measure for name, measure in found.items() if measure is not None}
