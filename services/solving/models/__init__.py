"""Tables of the `solving` schema, one file per noun; names, constraints and indexes are the seed's."""

from sqlalchemy import ForeignKeyConstraint

from services.identity.models import AuditEntry
from services.solving.models.checks import DeliverableCheck
from services.solving.models.living import Approval, KpiReading, PlanExecution
from services.solving.models.problems import Attachment, Dataset, Feedback, Problem
from services.solving.models.results import Deliverable, Evidence
from services.solving.models.runs import Event, Execution, ExecutionLog, Run
from services.solving.models.steps import (
    AnalysisArtifact,
    AnalysisPlan,
    AnalysisResult,
    FindingRecord,
    NodePriority,
    ProblemFrame,
    Recommendation,
    StepOutput,
    TreeVersion,
)

# The seed's foreign key from the audit trail to problems: declared here because identity stands below and knows no problem.
# A purged problem leaves its trail behind; `resource_id` still names it.
AuditEntry.metadata.tables["identity.audit_entries"].append_constraint(
    ForeignKeyConstraint(
        ["problem_id"], ["solving.problems.id"], name="fk_audit_entries_problem_id_problems", ondelete="SET NULL", use_alter=True
    )
)

__all__ = [
    "AnalysisArtifact",
    "AnalysisPlan",
    "AnalysisResult",
    "Approval",
    "Attachment",
    "AuditEntry",
    "Dataset",
    "Deliverable",
    "DeliverableCheck",
    "Event",
    "Evidence",
    "Execution",
    "ExecutionLog",
    "Feedback",
    "FindingRecord",
    "KpiReading",
    "NodePriority",
    "PlanExecution",
    "Problem",
    "ProblemFrame",
    "Recommendation",
    "Run",
    "StepOutput",
    "TreeVersion",
]
