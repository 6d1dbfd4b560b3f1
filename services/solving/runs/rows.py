"""The seed's tables as a step leaves them: its decision spread over the rows that people read and filter.

The whole decision is kept by `outputs`; these rows show its newest version.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.solving.models import AnalysisPlan, AnalysisResult, FindingRecord, NodePriority, Problem, ProblemFrame, Recommendation
from services.solving.outputs import ACCEPTED, Output
from services.solving.steps.analyze import Analysis
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame
from services.solving.steps.plan import Plans
from services.solving.steps.prioritize import Priorities
from services.solving.steps.synthesize import Synthesis
from services.solving.steps.tree import IssueTree
from services.solving.storable import storable
from services.solving.tree import versions
from shared.kit.clock import now

_SHORT = 255


@dataclass(frozen=True)
class Writing:
    """Where and for whom rows are written."""

    session: Session
    problem: Problem
    output: Output
    author: str
    reason: str | None = None
    operation: dict[str, Any] | None = None  # the edit that led here; none for a step's result
    started_at: datetime | None = None

    @property
    def whose(self) -> dict[str, Any]:
        """The columns every row carries."""
        return {"organization_id": self.problem.organization_id, "problem_id": self.problem.id}

    @property
    def execution_id(self) -> UUID | None:
        """The execution that decided it."""
        return self.output.execution_id


def write_rows(writing: Writing) -> None:
    """Make the seed's rows show this output."""
    writer = _WRITERS.get(writing.output.step)
    if writer is not None:
        writer(writing, writing.output.decision())


def short(text: str) -> str:
    """Return cited text that fits a title column; a cut never splits a token."""
    if len(text) <= _SHORT:
        return text
    cut = text[: _SHORT - 1]
    opened, closed = cut.rfind("[["), cut.rfind("]]")
    return (cut[:opened] if opened > closed else cut).rstrip() + "…"


def _frame(writing: Writing, frame: Frame) -> None:
    facts = storable(frame.model_dump(mode="json"))
    shown = ("goal", "scope", "kpis", "stakeholders", "assumptions", "constraints", "confidence", "clarifying_questions")
    values = {name: facts[name] for name in shown} | {"version": writing.output.version}
    written = upsert(ProblemFrame).values(writing.whose | values)
    writing.session.execute(written.on_conflict_do_update(constraint="unique_problem_frame", set_=values | {"updated_at": now()}))
    titled = update(Problem).where(Problem.id == writing.problem.id, Problem.title.is_(None)).values(title=short(frame.title))
    writing.session.execute(titled.execution_options(synchronize_session=False))


def _tree(writing: Writing, tree: IssueTree) -> None:
    versions.append(
        writing.session, writing.problem, tree, writing.operation or {"kind": ACCEPTED}, author=writing.author, reason=writing.reason
    )


def _priorities(writing: Writing, priorities: Priorities) -> None:
    _clear(writing, NodePriority)
    rows = [
        writing.whose
        | {
            "node_id": node.node_id,
            "impact_score": node.impact_score,
            "feasibility_score": node.feasibility_score,
            "priority_score": round(node.priority_score, 2),
            "rationale": node.rationale,
            "estimated_hours": node.estimated_hours,
            "estimated_cost": round(node.estimated_cost, 2),
            "confidence": round(node.confidence, 2),
            "is_recommended": node.is_recommended,
        }
        for node in priorities.nodes
    ]
    _insert(writing, NodePriority, rows)


def _plans(writing: Writing, plans: Plans) -> None:
    """Update the plans in place, so that the results of a question that stays keep their plan."""
    rows = [
        writing.whose
        | {
            "question_id": plan.question_id,
            "title": short(plan.title),
            "methods": plan.methods,
            "data_requirements": [one.model_dump(mode="json") for one in plan.data_requirements],
            "estimated_hours": plan.estimated_hours,
            "owner": plan.owner[:_SHORT],
            "dependencies": plan.dependencies,
            "acceptance_criteria": plan.acceptance_criteria,
            "status": "planned",
        }
        for plan in plans.plans
    ]
    kept = [row["question_id"] for row in rows]
    gone = delete(AnalysisPlan).where(AnalysisPlan.problem_id == writing.problem.id, AnalysisPlan.question_id.not_in(kept))
    writing.session.execute(gone.execution_options(synchronize_session=False))
    for row in storable(rows):
        values = {name: value for name, value in row.items() if name not in writing.whose} | {"updated_at": now()}
        written = upsert(AnalysisPlan).values(row | writing.whose)
        writing.session.execute(written.on_conflict_do_update(constraint="unique_plan_question", set_=values))


def _analysis(writing: Writing, analysis: Analysis) -> None:
    _clear(writing, AnalysisResult)
    _clear(writing, FindingRecord)
    known = select(AnalysisPlan.question_id, AnalysisPlan.id).where(AnalysisPlan.problem_id == writing.problem.id)
    plan_ids = {row.question_id: row.id for row in writing.session.execute(known)}
    took = int((now() - writing.started_at).total_seconds()) if writing.started_at else None
    results = [
        writing.whose
        | {
            "plan_id": plan_ids[result.question_id],
            "summary": result.summary,
            "key_findings": result.key_findings,
            "metrics": result.metrics,
            "confidence_score": round(result.confidence_score, 2),
            "execution_time": took,
            "execution_id": writing.execution_id,
        }
        for result in analysis.results
        if result.question_id in plan_ids
    ]
    _insert(writing, AnalysisResult, results)
    done = update(AnalysisPlan).where(AnalysisPlan.id.in_([row["plan_id"] for row in results])).values(status="completed")
    writing.session.execute(done.execution_options(synchronize_session=False))
    findings = [
        writing.whose
        | {
            "finding_id": finding.id,
            "rank": rank,
            "kind": finding.kind,
            "score": finding.score,
            "statement": analysis.statements.get(finding.id, finding.statement),
            "facts": analysis.facts.get(finding.id, {}),
            "exhibit_key": analysis.exhibits.get(finding.id),
            "body": finding.model_dump(mode="json"),
            "execution_id": writing.execution_id,
        }
        for rank, finding in enumerate(analysis.findings, start=1)
    ]
    _insert(writing, FindingRecord, findings)


def _recommendations(writing: Writing, synthesis: Synthesis) -> None:
    _clear(writing, Recommendation)
    rows = [
        writing.whose
        | {
            "title": short(one.title),
            "summary": one.summary,
            "evidence": one.evidence,
            "actions": [action.model_dump(mode="json") for action in one.actions],
            "expected_impact": one.expected_impact.model_dump(mode="json"),
            "risks": [risk.model_dump(mode="json") for risk in one.risks],
            "confidence": round(one.confidence, 2),
            "priority": one.priority,
        }
        for one in synthesis.recommendations
    ]
    _insert(writing, Recommendation, rows)


_WRITERS: dict[StepName, Callable[[Writing, Any], None]] = {
    StepName.FRAME: _frame,
    StepName.TREE: _tree,
    StepName.PRIORITIZE: _priorities,
    StepName.PLAN: _plans,
    StepName.ANALYZE: _analysis,
    StepName.SYNTHESIZE: _recommendations,
}


def _clear(writing: Writing, table: type[NodePriority | AnalysisResult | FindingRecord | Recommendation]) -> None:
    cleared = delete(table).where(table.problem_id == writing.problem.id)
    writing.session.execute(cleared.execution_options(synchronize_session=False))


def _insert(writing: Writing, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        fixed = set(writing.whose) | {"plan_id", "execution_id"}
        writing.session.execute(
            insert(table), [{name: value if name in fixed else storable(value) for name, value in row.items()} for row in rows]
        )
