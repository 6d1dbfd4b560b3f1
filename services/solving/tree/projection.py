"""Copy a problem's newest tree and evidence into the graph store. Versions guard it: twice, late or out of order does no harm."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from graph import erase
from graph import evidence as graph_evidence
from graph import tree as graph_tree
from graph.driver import Graph, get_graph
from graph.tree_model import Scope
from graph.tree_model import TreeNode as GraphNode
from services.solving.evidence.provenance import files_behind, files_of
from services.solving.evidence.repository import ledger
from services.solving.models import Dataset, FindingRecord, Problem, Recommendation, StepOutput, TreeVersion
from services.solving.outputs import current
from services.solving.runs.queues import PROJECT_JOB
from services.solving.steps.contract import StepName
from services.solving.steps.tree import IssueTree
from services.solving.tree import versions
from shared.db import reading
from shared.jobs.outbox import deliver

_KEY = re.compile(r"\bE[0-9a-f]{8}\b")  # in a text's token, or by itself where a chart names its rows

__all__ = ["PROJECT_JOB", "project_message", "project_problem"]


def project_message(message_id: int) -> None:
    """Handle one delivery of the outbox. Raises GraphUnavailableError; the delivery stays and comes again."""
    deliver(message_id, _project)


def project_problem(session: Session, graph: Graph, problem: Problem) -> None:
    """Copy everything of one problem, for a rebuild."""
    scope = Scope(str(problem.organization_id), str(problem.id))
    _project_tree(session, graph, scope)
    _project_evidence(session, graph, scope)


def _project(body: dict[str, Any]) -> None:
    scope = Scope(body["organization_id"], body["problem_id"])
    if body["aspect"] == "erase":
        erase.delete_problem(get_graph(), scope)
        return
    with reading() as session:
        (_project_tree if body["aspect"] == "tree" else _project_evidence)(session, get_graph(), scope)


def _project_tree(session: Session, graph: Graph, scope: Scope) -> None:
    newest = versions.newest(session, UUID(scope.problem_id))
    if newest is not None:
        graph_tree.replace_tree(graph, scope, graph_nodes(newest), newest.version)


def graph_nodes(version: TreeVersion) -> list[GraphNode]:
    """Return a version's nodes as the graph keeps them; `notes` and hypotheses stay cited text."""
    return [
        GraphNode(
            id=node.id,
            parent_id=node.parent_id,
            position=node.position,
            level=node.level,
            title=node.title,
            created_at=version.created_at,
            updated_at=version.created_at,
            hypotheses=tuple(node.hypotheses),
            required_data=tuple(node.required_data),
            priority_hint=node.priority_hint,
            notes=node.notes,
        )
        for node in IssueTree.model_validate(version.tree).nodes
    ]


def _project_evidence(session: Session, graph: Graph, scope: Scope) -> None:
    problem_id = UUID(scope.problem_id)
    # append only, so the count of versions is itself a version
    version = session.scalars(select(func.count()).select_from(StepOutput).where(StepOutput.problem_id == problem_id)).one()
    graph_evidence.project_evidence(graph, scope, _evidence(session, problem_id), version)


def _evidence(session: Session, problem_id: UUID) -> graph_evidence.Evidence:
    findings = session.scalars(select(FindingRecord).where(FindingRecord.problem_id == problem_id).order_by(FindingRecord.rank)).all()
    datasets = session.scalars(select(Dataset).where(Dataset.problem_id == problem_id).order_by(Dataset.name)).all()
    advice = session.scalars(select(Recommendation).where(Recommendation.problem_id == problem_id).order_by(Recommendation.priority)).all()
    deck = current(session, problem_id).get(StepName.PRESENT)
    known = {finding.finding_id for finding in findings}
    behind = files_behind(ledger(session, problem_id))
    titles = {dataset.sha256: dataset.name for dataset in reversed(datasets)}
    # a file that was replaced since is still what the numbers rest on
    files = {sha256: titles.get(sha256, "a file that was replaced") for sha256 in set(titles) | set().union(*behind.values())}
    supported = {str(one.priority): tuple(key for key in one.evidence if key in known) for one in advice}
    return graph_evidence.Evidence(
        findings=tuple(_finding(one, behind) for one in findings),
        recommendations=tuple(
            graph_evidence.RecommendationNode(str(one.priority), one.title, supported[str(one.priority)]) for one in advice
        ),
        slides=_slides(deck.output.get("slides", []), findings, advice, behind) if deck else (),
        datasets=tuple(graph_evidence.DatasetNode(sha256, name) for sha256, name in sorted(files.items())),
    )


def _keys(row: FindingRecord) -> set[str]:
    return {key for key in (*row.facts.values(), row.exhibit_key) if key}


def _finding(row: FindingRecord, behind: Mapping[str, frozenset[str]]) -> graph_evidence.FindingNode:
    hypothesis = row.body.get("hypothesis_id")
    return graph_evidence.FindingNode(
        id=row.finding_id,
        statement=row.statement,
        kind=row.kind,
        strength=row.body.get("strength", "descriptive"),
        node_ids=(hypothesis,) if hypothesis else (),
        dataset_sha256s=tuple(sorted(files_of(_keys(row), behind))),
    )


def _slides(
    slides: Sequence[Mapping[str, Any]],
    findings: Sequence[FindingRecord],
    advice: Sequence[Recommendation],
    behind: Mapping[str, frozenset[str]],
) -> tuple[graph_evidence.SlideNode, ...]:
    """Read which slide shows what from the numbers it cites: those of a finding, a recommendation by its title, the rest its own."""
    finding_keys = {one.finding_id: _keys(one) for one in findings}
    of_findings = set().union(*finding_keys.values())
    titles = {str(one.priority): one.title for one in advice}
    nodes = []
    for position, slide in enumerate(slides, start=1):
        words = str(slide)
        cited = set(_KEY.findall(words))
        nodes.append(
            graph_evidence.SlideNode(
                id=str(slide.get("id") or position),
                position=position,
                title=str(slide.get("title", "")),
                recommendation_ids=tuple(one for one, title in titles.items() if title and title in words),
                finding_ids=tuple(sorted(one for one, keys in finding_keys.items() if keys & cited)),
                dataset_sha256s=tuple(sorted(files_of(cited - of_findings, behind))),
            )
        )
    return tuple(nodes)
