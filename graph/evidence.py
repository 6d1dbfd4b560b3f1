"""The evidence graph around the tree: which finding tests which node, what rests on it, and which file it was computed from.

    (TreeNode)-[:TESTED_BY]->(Finding)-[:SUPPORTS]->(Recommendation)-[:SHOWN_ON]->(Slide)
    (Finding)-[:SHOWN_ON]->(Slide)          an exhibit shows a finding itself
    (Finding)-[:COMPUTED_FROM]->(Dataset)
    (Slide)-[:RESTS_ON]->(Dataset)          a number on it that is no finding's was computed from the file

It answers what tables answer badly: which slides fall if this file changes, which branches nobody has tested. Guarded by its own version
(see `projection`). Every function raises GraphUnavailableError and GraphRefusedError besides what it names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from graph.driver import Graph, Transaction
from graph.projection import lock, parameters, run_batches, set_version
from graph.tree_model import Scope
from shared.kit.errors import ErrorKind, SevenStepsError

_LABELS = ("Finding", "Recommendation", "Slide", "Dataset")
_CLEAR = tuple(f"MATCH (n:{label} {{problem_id: $problem_id, organization_id: $organization_id}}) DETACH DELETE n" for label in _LABELS)
_WRITE = {label: f"UNWIND $rows AS row CREATE (n:{label}) SET n = row" for label in _LABELS}
_TESTED_BY = "UNWIND $rows AS row MATCH (n:TreeNode {id: row.a}) MATCH (f:Finding {id: row.b}) CREATE (n)-[:TESTED_BY]->(f)"
_COMPUTED_FROM = "UNWIND $rows AS row MATCH (f:Finding {id: row.a}) MATCH (d:Dataset {id: row.b}) CREATE (f)-[:COMPUTED_FROM]->(d)"
_SUPPORTS = "UNWIND $rows AS row MATCH (f:Finding {id: row.a}) MATCH (r:Recommendation {id: row.b}) CREATE (f)-[:SUPPORTS]->(r)"
_RECOMMENDED_ON = "UNWIND $rows AS row MATCH (r:Recommendation {id: row.a}) MATCH (s:Slide {id: row.b}) CREATE (r)-[:SHOWN_ON]->(s)"
_EXHIBITED_ON = "UNWIND $rows AS row MATCH (f:Finding {id: row.a}) MATCH (s:Slide {id: row.b}) CREATE (f)-[:SHOWN_ON]->(s)"
_RESTS_ON = "UNWIND $rows AS row MATCH (s:Slide {id: row.a}) MATCH (d:Dataset {id: row.b}) CREATE (s)-[:RESTS_ON]->(d)"

_SLIDES_OF_DATASET = """
MATCH (d:Dataset {sha256: $sha256, organization_id: $organization_id})<-[:COMPUTED_FROM]-(f:Finding)-[:SHOWN_ON]->(s:Slide)
RETURN s.problem_id AS problem_id, s.local_id AS slide_id, s.position AS position, s.title AS title, f.local_id AS finding_id,
       null AS recommendation_id
UNION
MATCH (d:Dataset {sha256: $sha256, organization_id: $organization_id})<-[:COMPUTED_FROM]-(f:Finding)
      -[:SUPPORTS]->(r:Recommendation)-[:SHOWN_ON]->(s:Slide)
RETURN s.problem_id AS problem_id, s.local_id AS slide_id, s.position AS position, s.title AS title, f.local_id AS finding_id,
       r.local_id AS recommendation_id
UNION
MATCH (d:Dataset {sha256: $sha256, organization_id: $organization_id})<-[:RESTS_ON]-(s:Slide)
RETURN s.problem_id AS problem_id, s.local_id AS slide_id, s.position AS position, s.title AS title, null AS finding_id,
       null AS recommendation_id
"""
_UNTESTED = """
OPTIONAL MATCH (:Finding {problem_id: $problem_id, organization_id: $organization_id})<-[:TESTED_BY]-(:TreeNode)
               -[:CHILD_OF*0..]->(above:TreeNode)
WITH collect(DISTINCT above.id) AS tested
MATCH (n:TreeNode {problem_id: $problem_id, organization_id: $organization_id})
OPTIONAL MATCH (n)-[:CHILD_OF]->(parent:TreeNode)
WITH n, parent, tested
WHERE NOT n.id IN tested AND (parent IS NULL OR parent.id IN tested)
RETURN n.node_id AS node_id, n.title AS title, n.level AS level
ORDER BY level, n.position, node_id
"""
_FINDINGS_OF_NODE = """
MATCH (:TreeNode {id: $id, organization_id: $organization_id})-[:PARENT_OF*0..]->(:TreeNode)-[:TESTED_BY]->(f:Finding)
RETURN DISTINCT f.local_id AS finding_id
ORDER BY finding_id
"""


class DanglingEvidenceError(SevenStepsError):
    """The evidence given names a recommendation, a slide, a finding or a data set that is not part of it."""

    code: ClassVar[str] = "dangling_evidence"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


@dataclass(frozen=True)
class DatasetNode:
    """A file, by the SHA-256 of its bytes."""

    sha256: str
    name: str


@dataclass(frozen=True)
class FindingNode:
    """A finding: what it says, how strong it is, which nodes of the tree it tests, which files it was computed from."""

    id: str
    statement: str
    kind: str
    strength: str
    node_ids: tuple[str, ...] = ()
    dataset_sha256s: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecommendationNode:
    """A recommendation and the findings it stands on."""

    id: str
    title: str
    finding_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlideNode:
    """A slide, the recommendations and findings it shows, and the files its other numbers were computed from."""

    id: str
    position: int
    title: str
    recommendation_ids: tuple[str, ...] = ()
    finding_ids: tuple[str, ...] = ()
    dataset_sha256s: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """All evidence of a problem. Ids are unique within the problem and their kind."""

    findings: tuple[FindingNode, ...] = ()
    recommendations: tuple[RecommendationNode, ...] = ()
    slides: tuple[SlideNode, ...] = ()
    datasets: tuple[DatasetNode, ...] = ()


@dataclass(frozen=True)
class RestingSlide:
    """A slide that shows something computed from a file: by which findings, by way of which recommendations, or by a number of its own."""

    problem_id: str
    slide_id: str
    position: int
    title: str
    finding_ids: tuple[str, ...]
    recommendation_ids: tuple[str, ...] = ()
    own_numbers: bool = False


@dataclass(frozen=True)
class UntestedBranch:
    """The top of a branch in which no finding tests any node."""

    node_id: str
    title: str
    level: int


Link = tuple[str, str]


@dataclass(frozen=True)
class Links:
    """The relations of an evidence graph, as sorted pairs of ids local to the problem."""

    tested_by: tuple[Link, ...]
    computed_from: tuple[Link, ...]
    supports: tuple[Link, ...]
    recommended_on: tuple[Link, ...]
    exhibited_on: tuple[Link, ...]
    rests_on: tuple[Link, ...] = ()


def links(evidence: Evidence) -> Links:
    """Return the relations the evidence asks for; a finding may test a node the tree does not have yet, everything else must be there.

    Raises DanglingEvidenceError.
    """
    findings = _unique("finding", (finding.id for finding in evidence.findings))
    recommendations = _unique("recommendation", (one.id for one in evidence.recommendations))
    _unique("slide", (slide.id for slide in evidence.slides))
    datasets = _unique("data set", (dataset.sha256 for dataset in evidence.datasets))
    pairs = {
        "tested_by": {(node_id, finding.id) for finding in evidence.findings for node_id in finding.node_ids},
        "computed_from": {(finding.id, sha256) for finding in evidence.findings for sha256 in finding.dataset_sha256s},
        "supports": {(finding_id, one.id) for one in evidence.recommendations for finding_id in one.finding_ids},
        "recommended_on": {(one, slide.id) for slide in evidence.slides for one in slide.recommendation_ids},
        "exhibited_on": {(finding_id, slide.id) for slide in evidence.slides for finding_id in slide.finding_ids},
        "rests_on": {(slide.id, sha256) for slide in evidence.slides for sha256 in slide.dataset_sha256s},
    }
    _present("data set", (sha256 for _, sha256 in pairs["computed_from"] | pairs["rests_on"]), datasets)
    _present("finding", (one for one, _ in pairs["supports"] | pairs["exhibited_on"]), findings)
    _present("recommendation", (one for one, _ in pairs["recommended_on"]), recommendations)
    return Links(**{name: tuple(sorted(found)) for name, found in pairs.items()})


def _unique(what: str, ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for identity in ids:
        if identity in seen:
            raise DanglingEvidenceError(f"Two entries have the same {what} id {identity!r}.")
        seen.add(identity)
    return seen


def _present(what: str, wanted: Iterable[str], known: set[str]) -> None:
    missing = sorted(set(wanted) - known)
    if missing:
        raise DanglingEvidenceError(f"The evidence names the {what} {missing[0]!r}, which is not part of it.")


def project_evidence(graph: Graph, scope: Scope, evidence: Evidence, version: int) -> bool:
    """Make the problem's evidence graph the given one, in one transaction, and say whether anything was done.

    A version not above the one already there does nothing; so does any version of an erased problem. Raises DanglingEvidenceError and
    ProblemNotFoundError (the problem is another organization's).
    """
    wanted = links(evidence)

    def work(transaction: Transaction) -> bool:
        state = lock(transaction, scope)
        if state.erased or version <= state.evidence_version:
            return False
        for statement in _CLEAR:
            transaction.run(statement, parameters(scope)).consume()
        for label, rows in rows_of(scope, evidence, version).items():
            run_batches(transaction, _WRITE[label], scope, rows)
        _link(transaction, scope, wanted)
        set_version(transaction, scope, "evidence_version", version)
        return True

    return graph.write(work)


def rows_of(scope: Scope, evidence: Evidence, version: int) -> dict[str, list[dict[str, Any]]]:
    """Return the properties of every node of the evidence graph, by label."""

    def row(local_id: str, **properties: object) -> dict[str, Any]:
        return parameters(scope, id=scope.key(local_id), local_id=local_id, v=version, **properties)

    return {
        "Finding": [
            row(
                finding.id,
                statement=finding.statement,
                kind=finding.kind,
                strength=finding.strength,
                tests=[scope.key(node_id) for node_id in sorted(set(finding.node_ids))],
            )
            for finding in evidence.findings
        ],
        "Recommendation": [row(one.id, title=one.title) for one in evidence.recommendations],
        "Slide": [row(slide.id, title=slide.title, position=slide.position) for slide in evidence.slides],
        "Dataset": [row(dataset.sha256, sha256=dataset.sha256, name=dataset.name) for dataset in evidence.datasets],
    }


def _link(transaction: Transaction, scope: Scope, wanted: Links) -> None:
    statements: Mapping[str, Sequence[Link]] = {
        _TESTED_BY: wanted.tested_by,
        _COMPUTED_FROM: wanted.computed_from,
        _SUPPORTS: wanted.supports,
        _RECOMMENDED_ON: wanted.recommended_on,
        _EXHIBITED_ON: wanted.exhibited_on,
        _RESTS_ON: wanted.rests_on,
    }
    for statement, pairs in statements.items():
        run_batches(transaction, statement, scope, [{"a": scope.key(one), "b": scope.key(other)} for one, other in pairs])


def slides_resting_on(graph: Graph, organization_id: str, dataset_sha256: str) -> list[RestingSlide]:
    """Return every slide of the organization that shows something computed from a file: what falls if the file changes.

    In order of problem and position; empty when nothing rests on it.
    """

    def work(transaction: Transaction) -> list[RestingSlide]:
        reasons: dict[tuple[str, int, str, str], set[tuple[str | None, str | None]]] = {}
        for row in transaction.run(_SLIDES_OF_DATASET, sha256=dataset_sha256, organization_id=organization_id):
            key = (row["problem_id"], row["position"], row["slide_id"], row["title"])
            reasons.setdefault(key, set()).add((row["finding_id"], row["recommendation_id"]))
        return [_resting(*slide, reasons[slide]) for slide in sorted(reasons)]

    return graph.read(work)


def _resting(problem_id: str, position: int, slide_id: str, title: str, reasons: set[tuple[str | None, str | None]]) -> RestingSlide:
    findings = tuple(sorted({finding for finding, _ in reasons if finding is not None}))
    recommendations = tuple(sorted({advice for _, advice in reasons if advice is not None}))
    return RestingSlide(problem_id, slide_id, position, title, findings, recommendations, own_numbers=(None, None) in reasons)


def branches_without_evidence(graph: Graph, scope: Scope) -> list[UntestedBranch]:
    """Return the tops of the branches in which nothing has been tested, highest first; only the root when nothing has been tested."""
    return graph.read(
        lambda transaction: [
            UntestedBranch(row["node_id"], row["title"], row["level"]) for row in transaction.run(_UNTESTED, parameters(scope))
        ]
    )


def findings_testing(graph: Graph, scope: Scope, node_id: str) -> list[str]:
    """Return the ids of the findings that test a node or any node below it, sorted."""
    return graph.read(
        lambda transaction: [row["finding_id"] for row in transaction.run(_FINDINGS_OF_NODE, parameters(scope, id=scope.key(node_id)))]
    )
