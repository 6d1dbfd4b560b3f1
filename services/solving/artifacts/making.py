"""From an analysis to its files: for every plan the notebook, the SQL, and a chart, its picture and its rows per finding; pure.

The same analysis of the same tables gives the same bytes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from services.analysis.charts import vega_lite
from services.analysis.drawing import svg
from services.analysis.findings import Exhibit, Finding
from services.analysis.model_cards import CARDS, model_card
from services.analysis.notebooks import StoredTable, notebook, table_hash
from services.analysis.study import Study
from services.analysis.workspace import Workspace
from services.solving.artifacts.files import Artifact, slug, table_path
from services.solving.steps.analyze import Analysis
from services.solving.steps.contract import StepContext
from services.solving.steps.plan import AnalysisPlan
from shared.kit.cited import shown
from shared.kit.spreadsheet import csv_bytes

FOLDERS = {  # the seed's types, and the folder each is written into
    "notebook": "notebooks",
    "sql_query": "sql",
    "chart": "charts",
    "visualization": "visualizations",
    "csv": "csv",
    "model": "models",
}


def artifacts_of(context: StepContext, analysis: Analysis) -> list[Artifact]:
    """Return the files of every plan of an analysis, in the order of the plans; none where there are no data."""
    if context.data is None or context.plans is None:
        return []
    displays = {key: entry.display for key, entry in context.known.items()}
    tables = [StoredTable(d.name, f"../{table_path(d.name, table_hash(d))}", table_hash(d)) for d in context.data.datasets]
    studies: dict[str, Study] = {}
    filed = filed_under(context.plans.plans, analysis.findings)
    made: list[Artifact] = []
    for place, plan in enumerate(context.plans.plans, start=1):
        title = str(shown(plan.title, displays))
        made += _Plan(plan.question_id, title, f"{place:02d}-{slug(title)}", context.data, tables, studies).files(filed[plan.question_id])
    return made


def filed_under(plans: Sequence[AnalysisPlan], findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Return the findings of each plan: those of its tests, and each model with the plan it shares the most columns with."""
    filed = {plan.question_id: [f for f in findings if f.hypothesis_id == plan.question_id] for plan in plans}
    columns = {question: {(f.dataset, c) for f in held for c in f.columns} for question, held in filed.items()}
    for finding in findings:
        if finding.method in CARDS and finding.hypothesis_id not in filed:
            shared = {question: len(held & {(finding.dataset, c) for c in finding.columns}) for question, held in columns.items()}
            nearest = max(shared, key=lambda question: shared[question], default=None)  # the first plan, of equals
            if nearest is not None and shared[nearest]:
                filed[nearest].append(finding)
    return filed


@dataclass(frozen=True)
class _Plan:
    """One plan at its desk: how its files begin, and what they are made from."""

    question_id: str
    title: str
    stem: str
    data: Workspace
    tables: list[StoredTable]
    studies: dict[str, Study]

    def files(self, findings: list[Finding]) -> list[Artifact]:
        computed = notebook(self.data, findings, self.tables, goal=self.title, studies=self.studies)
        made = [
            self._file("notebook", f"{self.stem}.ipynb", "application/x-ipynb+json", f"Computes again: {self.title}", _json(computed)),
            self._file("sql_query", f"{self.stem}.sql", "application/sql", f"Every query behind: {self.title}", _sql(self.title, findings)),
        ]
        for finding in findings:
            made += self._of(finding)
        return made

    def _of(self, finding: Finding) -> list[Artifact]:
        stem, made, exhibit = f"{self.stem}-{finding.id}", [], finding.exhibit
        if exhibit is not None and exhibit.rows:
            spec, chart = "application/vnd.vega.v6+json", _json(vega_lite(exhibit))
            made += [
                self._file("chart", f"{stem}.vl.json", spec, exhibit.title, chart, finding.id),
                self._file("visualization", f"{stem}.svg", "image/svg+xml", exhibit.title, svg(exhibit).encode(), finding.id),
                self._file("csv", f"{stem}.csv", "text/csv", f"The rows of: {exhibit.title}", rows_as_csv(exhibit), finding.id),
            ]
        if finding.method in CARDS:
            study = self.studies.setdefault(finding.dataset, Study(self.data, self.data.dataset(finding.dataset)))
            card = model_card(study, finding)
            if card is not None:
                held = _json(card.model_dump(mode="json"))
                made.append(self._file("model", f"{stem}.json", "application/json", card.purpose, held, finding.id))
        return made

    def _file(self, kind: str, name: str, mime: str, description: str, content: bytes, finding_id: str | None = None) -> Artifact:
        return Artifact(self.question_id, kind, f"{FOLDERS[kind]}/{name}", mime, description, content, finding_id)


def rows_as_csv(exhibit: Exhibit) -> bytes:
    """Return the rows of a chart as CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return csv_bytes(exhibit.columns, exhibit.rows)


def _sql(title: str, findings: Sequence[Finding]) -> bytes:
    """Return every query of the findings, each after what it gives; nothing from the data can end a comment."""
    lines = [_comment(title)]
    for finding in findings:
        lines += ["", _comment(finding.statement), f"-- value: {finding.value!r}", f"{finding.query};"]
        queried = [fact for fact in finding.facts if fact.query is not None and fact.query != finding.query]
        for fact in queried:
            lines += [_comment(f"{fact.label}: {fact.value!r}"), f"{fact.query};"]
        if finding.exhibit is not None:
            lines += [_comment(f"chart: {finding.exhibit.title}"), f"{finding.exhibit.query};"]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _comment(text: str) -> str:
    return f"-- {' '.join(text.split())}"


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "replace")
