"""What the methods on ratios share: their parameters read, their groups in words, their charts."""

import re
from dataclasses import dataclass
from typing import Any

from services.analysis.dataset import ColumnProfile
from services.analysis.findings import Exhibit
from services.analysis.measures import humanize
from services.analysis.methods.contract import Params
from services.analysis.ratios import CutBy, Part, Period, Ratio, Ratios, shared_key
from services.analysis.sql import literal
from services.analysis.study import Study
from services.analysis.writing import EXHIBIT_ROWS, exhibit, said
from shared.kit.numbers import Style

SMALLEST_GROUP = 5  # rows of a group that is compared
MOST_CUTS = 30  # other columns that a difference is looked at within


@dataclass(frozen=True)
class Question:
    """The parameters of a test on a ratio."""

    ratios: Ratios
    ratio: Ratio
    cut: CutBy | None
    parts: list[Part]
    current: Period | None
    earlier: Period | None
    worse: int = 0  # +1: higher is worse, -1: lower is worse, 0: nobody said

    def weighed(self, move: float) -> float:
        """How telling a move is: its size where no direction is worse, else how far it goes the wrong way."""
        return round(move * self.worse if self.worse else abs(move), 12)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every source column the test rests on."""
        measures = [self.ratios.measures(self.ratio.dataset).get(name) for names in self.ratio.of.values() for name in names]
        named = [name for names in self.ratio.of.values() for name in names if name != "count"]
        own = [c for m in measures if m is not None for c in m.columns]
        known = {c.name for c in self.ratios.workspace.dataset(self.ratio.dataset).columns}
        cuts = [c for by in [self.cut, *[p.cut for p in self.parts]] if by for c in (by.column, by.key) if c]
        dates = [p.column for p in (self.current, self.earlier) if p]
        return tuple(dict.fromkeys([*own, *[n for n in named if n in known], *cuts, *dates]))

    @property
    def style(self) -> dict[str, Any]:
        """How the ratio is written: shares to a tenth of a percent."""
        return {"style": self.ratio.style, "unit": self.ratio.unit, "decimals": 1 if self.ratio.style is Style.PERCENT else None}

    def change_style(self, *, signed: bool = False) -> dict[str, Any]:
        """How a difference of two ratios is written."""
        points = self.ratio.style is Style.PERCENT
        style = Style.POINTS if points else self.ratio.style
        return {"style": style, "unit": self.ratio.unit, "signed": signed, "decimals": 1 if points else None}

    @property
    def name(self) -> str:
        """What the ratio is called."""
        return self.ratio.label or "the ratio"

    def inside(self) -> str:
        """The narrowing in words, to follow a noun."""
        return f" within {', '.join(said(v) for p in self.parts for v in p.values)}" if self.parts else ""

    def rows(self) -> str:
        """The query that counts the rows used."""
        return self.ratios.select(self.ratio.dataset, "count(*)", self.parts, self.current)


def question(study: Study, params: Params) -> Question:
    """Read the parameters of a test. Raises a validation error where they are not those of a ratio."""
    ratio = Ratio.model_validate(params["ratio"])
    ratio = ratio.model_copy(update={"dataset": study.dataset.name})
    known = {study.dataset.name: study.measures}
    return Question(
        ratios=Ratios(study.workspace, known),
        ratio=ratio,
        cut=CutBy.model_validate(params["cut"]) if params.get("cut") else None,
        parts=[Part.model_validate(p) for p in params.get("parts") or []],
        current=Period.model_validate(params["current"]) if params.get("current") else None,
        earlier=Period.model_validate(params["earlier"]) if params.get("earlier") else None,
        worse={"higher": 1, "lower": -1}.get(str(params.get("worse")), 0),
    )


def other_cuts(q: Question) -> list[CutBy]:
    """Return the other columns that cut the rows: the table's own categories, and those of tables it points to."""
    workspace = q.ratios.workspace
    home = workspace.dataset(q.ratio.dataset)
    taken = {p.cut.column for p in q.parts} | ({q.cut.column} if q.cut else set())
    cuts = [CutBy(column=c.name) for c in home.columns if _few(c) and c.name not in taken]
    for table in workspace.datasets:
        key = shared_key(home, table) if table.name != home.name else None
        if key is not None:
            names = {cut.column for cut in cuts} | taken
            cuts += [CutBy(column=c.name, table=table.name, key=key) for c in table.columns if _few(c) and c.name not in names]
    return cuts[:MOST_CUTS]


def _few(column: ColumnProfile) -> bool:
    return column.is_cut and 2 <= column.distinct <= 30


def singular(cut: CutBy) -> str:
    """Return what one group of a cut is called."""
    words = humanize(cut.column)
    return said(words.removesuffix(" id").removesuffix(" name") or words)


def plural(noun: str) -> str:
    """Return the plural of an English noun; a quoted name stays as it is."""
    if noun.endswith(("]]", "s")):
        return noun
    if noun.endswith((" by", " to")):
        return f"groups of {noun}"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("x", "ch", "sh")) else "s")


def capital(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def group_bars(study: Study, q: Question, highlight: str, reference: float | None, period: Period | None = None) -> Exhibit:
    """Return the chart of a ratio by group, largest first."""
    assert q.cut is not None
    top, bottom = q.ratios.row(q.ratio)
    source, expressions = q.ratios.relation(q.ratio.dataset, [q.cut, *[p.cut for p in q.parts]])
    group = expressions[q.cut.column]
    kept = [f"{group} is not null"] + ([q.ratios.during(q.ratio.dataset, period)] if period else [])
    kept += [f"{expressions[p.cut.column]} in ({', '.join(literal(v) for v in p.values)})" for p in q.parts]
    value = f"sum({top}) / nullif(sum({bottom}), 0)" if bottom else f"sum({top})"
    query = f"select {group}, {value}, count(*) from {source} where {' and '.join(kept)} group by 1 order by 2 desc, 1 limit {EXHIBIT_ROWS}"
    return exhibit(
        study,
        "bar",
        query,
        title=f"{q.name} by {singular(q.cut)}",
        labels=(singular(q.cut), q.name),
        columns=[q.cut.column, q.name, "records"],
        style={"style": q.ratio.style, "unit": q.ratio.unit},
        highlight=[highlight] if highlight else [],
        reference=reference,
    )


def monthly_lines(study: Study, q: Question, leaders: tuple[str, ...]) -> Exhibit | None:
    """Return the chart of a ratio by month, the groups that stand out against all others."""
    period = q.current or q.earlier
    if period is None:
        return None
    top, bottom = q.ratios.row(q.ratio)
    cuts = [*([q.cut] if q.cut else []), *[p.cut for p in q.parts]]
    source, expressions = q.ratios.relation(q.ratio.dataset, cuts)
    column = q.ratios.workspace.dataset(q.ratio.dataset).column(period.column).expression
    month = f"strftime(date_trunc('month', {column}), '%Y-%m-%d')"
    kept = [f"{column} is not null"]
    kept += [f"{expressions[p.cut.column]} in ({', '.join(literal(v) for v in p.values)})" for p in q.parts]

    def value(condition: str) -> str:
        only = f" filter ({condition})" if condition else ""
        return f"sum({top}){only} / nullif(sum({bottom}){only}, 0)" if bottom else f"sum({top}){only}"

    if leaders and q.cut is not None:
        mine = f"{expressions[q.cut.column]} in ({', '.join(literal(v) for v in leaders)})"
        others = f"all other {plural(singular(q.cut))}"
        series, names = f"{value(mine)}, {value(f'not coalesce({mine}, false)')}", [", ".join(leaders), others]
    else:
        series, names = value(""), [q.name]
    query = f"select {month}, {series} from {source} where {' and '.join(kept)} group by 1 order by 1 limit 120"
    return exhibit(
        study,
        "line",
        query,
        title=f"{q.name} by month",
        labels=("month", q.name),
        columns=["month", *names],
        style={"style": q.ratio.style, "unit": q.ratio.unit},
        highlight=names[:1],
    )
