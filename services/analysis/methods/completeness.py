"""Data quality that changes conclusions: missing values, dates out of order, values far out, and what reading had to decide."""

from dataclasses import dataclass

from services.analysis.dataset import Note
from services.analysis.findings import Finding
from services.analysis.goal import Interest
from services.analysis.measures import humanize
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.sql import literal
from services.analysis.study import Study
from services.analysis.writing import COUNTED, SHARE, Writer, said
from shared.kit.cited import name

MISSING = 0.05
OUT_OF_ORDER = (0.005, 0.995)
FENCES = 6.0  # quartile distances beyond the quartiles before a value is called far out


@dataclass(frozen=True)
class Flaw:
    """Rows with something wrong: the SQL that finds them and the words for them."""

    condition: str
    words: str
    columns: tuple[str, ...]
    rows: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """One look per kind of flaw and column, and one per note of the reader."""
    del interest
    columns = study.dataset.columns
    found: list[Params] = [{"flaw": "missing", "columns": [c.name]} for c in columns if MISSING * c.rows <= c.missing < c.rows]
    times = [c.name for c in study.times]
    found += [{"flaw": "order", "columns": [a, b]} for i, a in enumerate(times) for b in times[i + 1 :]]
    found += [{"flaw": "far out", "columns": [c.name]} for c in columns if c.is_measure and c.quantiles is not None]
    found += [{"flaw": "note", "columns": [n.column] if n.column else [], "code": n.code} for n in _reader_notes(study)]
    return found


def _reader_notes(study: Study) -> list[Note]:
    return [note for note in study.dataset.notes if note.code != "missing_values"]


def test(study: Study, params: Params) -> Candidate | None:
    """Count the rows with a flaw; None where there are too few to speak of."""
    flaw = _flaw(study, params)
    if flaw is None:
        return None
    share = flaw.rows / max(1, study.dataset.rows)
    return Candidate(
        method="completeness",
        params=dict(params),
        columns=flaw.columns,
        p_value=None,
        effect=min(1.0, share),
        coverage=1.0,
        topic=("completeness", params["flaw"], *flaw.columns),
        detail=flaw,
        interest={"missing": 0.45, "order": 0.9, "far out": 0.5, "note": 0.4}[params["flaw"]],
    )


def _flaw(study: Study, params: Params) -> Flaw | None:
    if params["flaw"] == "note":
        return _noted(study, params)
    columns = [study.dataset.column(c) for c in params["columns"]]
    rows = study.dataset.rows
    if params["flaw"] == "missing":
        flaw = Flaw(
            f"{columns[0].expression} is null", f"have no {said(humanize(columns[0].name))}", (columns[0].name,), columns[0].missing
        )
        return flaw if flaw.rows else None
    if params["flaw"] == "order":
        a, b = columns
        both = study.workspace.scalar(f"select count(*) from {study.table} where {a.expression} is not null and {b.expression} is not null")
        condition = f"{b.expression} < {a.expression}"
        words = f"have a {said(humanize(b.name))} before their {said(humanize(a.name))}"
        n = int(study.workspace.scalar(f"select count(*) from {study.table} where {condition}") or 0)
        return Flaw(condition, words, (a.name, b.name), n) if both and OUT_OF_ORDER[0] <= n / both <= OUT_OF_ORDER[1] else None
    low, high = (columns[0].quantiles or (0, 0, 0, 0, 0))[1::2]
    reach = FENCES * (high - low)
    x = columns[0].expression
    condition = f"({x} > {literal(float(high + reach))} or {x} < {literal(float(low - reach))})"
    n = int(study.workspace.scalar(f"select count(*) from {study.table} where {condition}") or 0) if reach > 0 else 0
    words = f"have a {said(humanize(columns[0].name))} more than six quartile distances outside the middle half"
    return Flaw(condition, words, (columns[0].name,), n) if 0 < n <= 0.05 * rows else None


def _noted(study: Study, params: Params) -> Flaw | None:
    for note in _reader_notes(study):
        if note.code == params["code"] and ([note.column] if note.column else []) == params["columns"]:
            return Flaw("true", note.sentence, tuple(params["columns"]), note.rows or 0)
    return None


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say how many records have the flaw."""
    flaw: Flaw = candidate.detail
    w = Writer(study, candidate, outcome)
    query = f"select count(*) from {study.table} where {flaw.condition}"
    value = w.sql("value", "records concerned", query, COUNTED)
    if candidate.params["flaw"] == "note":
        sentence = flaw.words.rstrip(".")
        template = f"Reading the data: {name(sentence) if any(c.isdigit() for c in sentence) else sentence} ({{value}} records read)."
    else:
        total = w.sql("total", "all records", f"select count(*) from {study.table}", COUNTED)
        w.formula("share", "share of records", "value / total", value / total, SHARE)
        template = f"{{value}} of {{total}} records ({{share}}) {flaw.words}."
    return w.finding(
        kind="data_quality",
        template=template,
        n=study.dataset.rows,
        query=query,
        effect_size=candidate.effect,
        effect_name="share of records",
        strength="descriptive",
    )


METHOD = Method(
    name="completeness",
    version="1",
    title="Missing, misordered and far-out values",
    needs="any table",
    proposals=proposals,
    test=test,
    write=write,
)
