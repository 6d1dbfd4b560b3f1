"""What the seven steps record: the current rows people read, and every version they replaced."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from services.solving.models.columns import NOW, SCHEMA, CreatedAt, Id, JsonList, JsonObject, OrganizationId, ProblemId, UpdatedAt
from shared.db import Base

_UNIT = "{0} >= 0 AND {0} <= 1"


class StepOutput(Base):
    """One version of what a step decided, or of what a person made of it. Never changed; the newest version is the current one.

    The versions of `frame` are the frame's history. `input_hash` covers every earlier step's output, the text and the data: where it
    differs from what those hash to now, the step is stale.
    """

    __tablename__ = "step_outputs"
    __table_args__ = (
        CheckConstraint(
            "step IN ('frame', 'tree', 'prioritize', 'plan', 'analyze', 'synthesize', 'present')", name=conv("valid_output_step")
        ),
        UniqueConstraint("problem_id", "step", "version", name="unique_step_version"),
        UniqueConstraint("execution_id", name="unique_step_effect"),  # one execution, one effect
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    step: Mapped[str] = mapped_column(String(50))
    version: Mapped[int] = mapped_column(Integer)
    execution_id: Mapped[UUID | None] = mapped_column(ForeignKey("solving.executions.id", ondelete="CASCADE"))  # none for an edit
    author: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str | None] = mapped_column(Text)
    operation: Mapped[dict[str, Any] | None]  # the edit that made it; none for a step's result
    input_hash: Mapped[str] = mapped_column(String(64))
    output_hash: Mapped[str] = mapped_column(String(64))
    output: Mapped[dict[str, Any]]
    created_at: Mapped[CreatedAt]


class ProblemFrame(Base):
    """The structured definition of the problem, as it stands."""

    __tablename__ = "problem_frames"
    __table_args__ = (
        CheckConstraint("confidence IN ('low', 'medium', 'high')", name=conv("valid_confidence")),
        UniqueConstraint("problem_id", name="unique_problem_frame"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    goal: Mapped[str] = mapped_column(Text)
    scope: Mapped[dict[str, Any]] = mapped_column(server_default=text("""'{"include": [], "exclude": []}'::jsonb"""))
    kpis: Mapped[JsonList]
    stakeholders: Mapped[JsonList]
    assumptions: Mapped[JsonList]
    constraints: Mapped[JsonList]
    confidence: Mapped[str] = mapped_column(String(20), server_default="medium")
    clarifying_questions: Mapped[JsonList]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))  # of the step output this row shows
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class TreeVersion(Base):
    """One version of the issue tree, append only: the graph store is a projection of the newest."""

    __tablename__ = "tree_versions"
    __table_args__ = (UniqueConstraint("problem_id", "version", name="unique_tree_version"), {"schema": SCHEMA})

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    version: Mapped[int] = mapped_column(Integer)
    operation: Mapped[dict[str, Any]]  # the edit that made it, or {"kind": "accepted"} for a step's result
    tree: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class NodePriority(Base):
    """The scores of one leaf, as they stand."""

    __tablename__ = "node_priorities"
    __table_args__ = (
        CheckConstraint("impact_score >= 1 AND impact_score <= 10", name=conv("node_priorities_impact_score_check")),
        CheckConstraint("feasibility_score >= 1 AND feasibility_score <= 10", name=conv("node_priorities_feasibility_score_check")),
        CheckConstraint(_UNIT.format("confidence"), name=conv("node_priorities_confidence_check")),
        UniqueConstraint("problem_id", "node_id", name="unique_node_priority"),
        Index("idx_node_priorities_problem", "problem_id"),
        Index("idx_node_priorities_score", text("priority_score DESC")),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    node_id: Mapped[str] = mapped_column(String(255))
    impact_score: Mapped[int] = mapped_column(Integer)
    feasibility_score: Mapped[int] = mapped_column(Integer)
    priority_score: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    rationale: Mapped[str | None] = mapped_column(Text)
    estimated_hours: Mapped[int | None] = mapped_column(Integer)
    estimated_cost: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    confidence: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    is_recommended: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class AnalysisPlan(Base):
    """The test that settles one leaf."""

    __tablename__ = "analysis_plans"
    __table_args__ = (
        CheckConstraint("status IN ('planned', 'in_progress', 'completed', 'failed', 'cancelled')", name=conv("valid_plan_status")),
        UniqueConstraint("problem_id", "question_id", name="unique_plan_question"),
        Index("idx_analysis_plans_problem", "problem_id"),
        Index("idx_analysis_plans_status", "status"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    question_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(255))
    methods: Mapped[JsonList]
    data_requirements: Mapped[JsonList]
    estimated_hours: Mapped[int | None] = mapped_column(Integer)
    owner: Mapped[str | None] = mapped_column(String(255))
    dependencies: Mapped[JsonList]
    acceptance_criteria: Mapped[JsonList]
    status: Mapped[str] = mapped_column(String(50), server_default="planned")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class AnalysisResult(Base):
    """What one plan found."""

    __tablename__ = "analysis_results"
    __table_args__ = (
        CheckConstraint(_UNIT.format("confidence_score"), name=conv("analysis_results_confidence_score_check")),
        Index("idx_analysis_results_plan", "plan_id"),
        Index("idx_analysis_results_problem", "problem_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("solving.analysis_plans.id", ondelete="CASCADE"))
    problem_id: Mapped[ProblemId]
    summary: Mapped[str | None] = mapped_column(Text)
    key_findings: Mapped[JsonList]
    metrics: Mapped[JsonObject]
    confidence_score: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    execution_time: Mapped[int | None] = mapped_column(Integer)
    completed_at: Mapped[datetime] = mapped_column(server_default=NOW)
    created_at: Mapped[CreatedAt]
    execution_id: Mapped[UUID | None] = mapped_column(ForeignKey("solving.executions.id", ondelete="CASCADE"))


class AnalysisArtifact(Base):
    """A file an analysis produced, in the object store."""

    __tablename__ = "analysis_artifacts"
    __table_args__ = (
        CheckConstraint(
            "artifact_type IN ('chart', 'csv', 'notebook', 'model', 'sql_query', 'visualization')", name=conv("valid_artifact_type")
        ),
        Index("idx_artifacts_result", "result_id"),
        Index("idx_artifacts_type", "artifact_type"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    result_id: Mapped[UUID] = mapped_column(ForeignKey("solving.analysis_results.id", ondelete="CASCADE"))
    artifact_type: Mapped[str] = mapped_column(String(50))
    file_path: Mapped[str] = mapped_column(String(500))
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    mime_type: Mapped[str | None] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(Text)
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'::jsonb"))
    created_at: Mapped[CreatedAt]


class FindingRecord(Base):
    """A finding of the newest analysis; the whole record is in `body`, the columns are what lists filter by."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("problem_id", "finding_id", name="unique_problem_finding"),
        Index("idx_findings_rank", "problem_id", "rank"),
        Index("idx_findings_kind", "problem_id", "kind"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    finding_id: Mapped[str] = mapped_column(String(64))
    rank: Mapped[int] = mapped_column(Integer)  # 1 = matters most for the goal
    kind: Mapped[str] = mapped_column(String(50))
    score: Mapped[float] = mapped_column(Float)
    statement: Mapped[str] = mapped_column(Text)  # cited text
    facts: Mapped[JsonObject]  # fact name -> evidence key
    exhibit_key: Mapped[str | None] = mapped_column(String(20))
    body: Mapped[dict[str, Any]]
    execution_id: Mapped[UUID | None] = mapped_column(ForeignKey("solving.executions.id", ondelete="CASCADE"))
    created_at: Mapped[CreatedAt]


class Recommendation(Base):
    """One thing to do, as it stands."""

    __tablename__ = "recommendations"
    __table_args__ = (
        CheckConstraint(_UNIT.format("confidence"), name=conv("recommendations_confidence_check")),
        CheckConstraint("priority >= 1 AND priority <= 3", name=conv("recommendations_priority_check")),
        Index("idx_recommendations_problem", "problem_id"),
        Index("idx_recommendations_priority", "priority"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    title: Mapped[str] = mapped_column(String(255))
    summary: Mapped[str] = mapped_column(Text)
    evidence: Mapped[JsonList]
    actions: Mapped[JsonList]
    expected_impact: Mapped[JsonObject]
    risks: Mapped[JsonList]
    confidence: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    priority: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
