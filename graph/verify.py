"""Is the graph what PostgreSQL says it should be? Checksums of what is there and of what should be, equal when nothing differs.

A checksum does not depend on the order in which a store returns things, and covers every property, every relation and the versions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graph.driver import Graph, Transaction
from graph.evidence import Evidence, links, rows_of
from graph.projection import parameters
from graph.tree import instant, properties_of
from graph.tree_model import Scope, TreeNode, relations
from shared.kit.hashing import canonical_json, sha256_hex

_PROBLEM = """
MATCH (p:Problem {id: $problem_id, organization_id: $organization_id})
RETURN coalesce(p.tree_version, 0) AS tree_version, coalesce(p.evidence_version, 0) AS evidence_version
"""
_NODES = """
MATCH (n:TreeNode {problem_id: $problem_id, organization_id: $organization_id})
RETURN properties(n) AS properties, toString(n.created_at) AS created_at, toString(n.updated_at) AS updated_at
"""
_EVIDENCE = tuple(
    f"MATCH (n:{label} {{problem_id: $problem_id, organization_id: $organization_id}}) "
    f"RETURN '{label}' AS label, properties(n) AS properties"
    for label in ("Finding", "Recommendation", "Slide", "Dataset")
)
_TREE_RELATIONS = """
MATCH (n:TreeNode {problem_id: $problem_id, organization_id: $organization_id})-[r:PARENT_OF|CHILD_OF|SIBLING_OF|ROOT_OF]->(m)
RETURN type(r), n.id, m.id
"""
_EVIDENCE_RELATIONS = (
    "MATCH (n:TreeNode {problem_id: $problem_id, organization_id: $organization_id})-[r:TESTED_BY]->(m) RETURN type(r), n.id, m.id",
    "MATCH (n:Finding {problem_id: $problem_id, organization_id: $organization_id})-[r]->(m) RETURN type(r), n.id, m.id",
    "MATCH (n:Recommendation {problem_id: $problem_id, organization_id: $organization_id})-[r]->(m) RETURN type(r), n.id, m.id",
    "MATCH (n:Slide {problem_id: $problem_id, organization_id: $organization_id})-[r]->(m) RETURN type(r), n.id, m.id",
)
_KNOWN = """
MATCH (p:Problem)
RETURN p.id AS problem_id, p.organization_id AS organization_id, coalesce(p.tree_version, 0) AS tree_version,
       coalesce(p.evidence_version, 0) AS evidence_version, coalesce(p.erased, false) AS erased
ORDER BY organization_id, problem_id
"""


@dataclass(frozen=True)
class Checksum:
    """What is (or should be) in the graph of one problem. Two that are equal stand for equal graphs."""

    tree_version: int
    evidence_version: int
    nodes: int
    relations: int
    tree: str
    evidence: str


@dataclass(frozen=True)
class KnownProblem:
    """A problem the graph has heard of."""

    scope: Scope
    tree_version: int
    evidence_version: int
    erased: bool


def known_problems(graph: Graph) -> list[KnownProblem]:
    """Return every problem in the graph, tombstones too: what PostgreSQL does not know among them does not belong there."""

    def work(transaction: Transaction) -> list[KnownProblem]:
        return [
            KnownProblem(Scope(row["organization_id"], row["problem_id"]), row["tree_version"], row["evidence_version"], row["erased"])
            for row in transaction.run(_KNOWN)
        ]

    return graph.read(work)


def checksum(graph: Graph, scope: Scope) -> Checksum:
    """Return the checksum of what the graph holds of a problem; of nothing, when it holds nothing."""

    def work(transaction: Transaction) -> Checksum:
        versions = transaction.run(_PROBLEM, parameters(scope)).single()
        nodes = [
            {**row["properties"], "created_at": _text(row["created_at"]), "updated_at": _text(row["updated_at"])}
            for row in transaction.run(_NODES, parameters(scope))
        ]
        evidence = [
            {"label": row["label"], **row["properties"]} for statement in _EVIDENCE for row in transaction.run(statement, parameters(scope))
        ]
        drawn = transaction.run(_TREE_RELATIONS, parameters(scope)).values()
        cited = [row for statement in _EVIDENCE_RELATIONS for row in transaction.run(statement, parameters(scope)).values()]
        return Checksum(
            tree_version=versions["tree_version"] if versions else 0,
            evidence_version=versions["evidence_version"] if versions else 0,
            nodes=len(nodes) + len(evidence),
            relations=len(drawn) + len(cited),
            tree=_digest(nodes, drawn),
            evidence=_digest(evidence, cited),
        )

    return graph.read(work)


def expected_checksum(
    scope: Scope, nodes: Sequence[TreeNode] = (), tree_version: int = 0, evidence: Evidence | None = None, evidence_version: int = 0
) -> Checksum:
    """Return the checksum the graph should have for a tree and its evidence. Touches no store. Raises DanglingEvidenceError."""
    evidence = evidence or Evidence()
    things = [_written(properties_of(scope, node, tree_version)) for node in nodes]
    rows = [{"label": label, **row} for label, found in rows_of(scope, evidence, evidence_version).items() for row in found]
    drawn = [[kind, scope.key(one), scope.key(other)] for kind, one, other in relations(nodes)]
    drawn += [["ROOT_OF", scope.key(node.id), scope.problem_id] for node in nodes if node.parent_id is None]
    cited = _cited(scope, evidence, {node.id for node in nodes})
    return Checksum(
        tree_version=tree_version,
        evidence_version=evidence_version,
        nodes=len(things) + len(rows),
        relations=len(drawn) + len(cited),
        tree=_digest(things, drawn),
        evidence=_digest(rows, cited),
    )


def _written(properties: dict[str, Any]) -> dict[str, Any]:
    return {**properties, "created_at": properties["created_at"].isoformat(), "updated_at": properties["updated_at"].isoformat()}


def _text(written: str) -> str:
    return instant(written).isoformat()


def _cited(scope: Scope, evidence: Evidence, node_ids: set[str]) -> list[list[str]]:
    """Return the evidence's relations; a finding hangs only from nodes the tree has."""
    wanted = links(evidence)
    kinds = {
        "TESTED_BY": [pair for pair in wanted.tested_by if pair[0] in node_ids],
        "COMPUTED_FROM": wanted.computed_from,
        "SUPPORTS": wanted.supports,
        "SHOWN_ON": (*wanted.recommended_on, *wanted.exhibited_on),
        "RESTS_ON": wanted.rests_on,
    }
    return [[kind, scope.key(one), scope.key(other)] for kind, pairs in kinds.items() for one, other in pairs]


def _digest(things: Iterable[dict[str, Any]], related: Iterable[Sequence[str]]) -> str:
    lines = [canonical_json(thing) for thing in things] + [canonical_json(list(relation)) for relation in related]
    return sha256_hex("\n".join(sorted(lines)))
