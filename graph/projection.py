"""What every projection of a problem needs: the problem's node as a lock, version guards, a tombstone, batches.

The graph is a copy of what PostgreSQL holds, fed by messages that may come twice, late or out of order. So each message carries the
version of what it brings, the problem's node remembers the newest version it has seen, and an older message changes nothing. An erased
problem leaves its bare node behind as a tombstone, so that a message still on its way cannot bring it back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from graph.driver import Transaction
from graph.tree_model import Scope
from shared.kit.errors import ErrorKind, SevenStepsError

BATCH = 5_000
Aspect = Literal["tree_version", "evidence_version"]

# Writing a property takes the node's lock on Neo4j, and makes a second writer's commit fail and run again on the embedded server.
_LOCK = """
MERGE (p:Problem {id: $problem_id})
ON CREATE SET p.organization_id = $organization_id
SET p.locked = true
REMOVE p.locked
RETURN p.organization_id AS organization_id, coalesce(p.tree_version, 0) AS tree_version,
       coalesce(p.evidence_version, 0) AS evidence_version, coalesce(p.erased, false) AS erased
"""
_SET_TREE_VERSION = "MATCH (p:Problem {id: $problem_id, organization_id: $organization_id}) SET p.tree_version = $version"
_SET_EVIDENCE_VERSION = "MATCH (p:Problem {id: $problem_id, organization_id: $organization_id}) SET p.evidence_version = $version"


class ProblemNotFoundError(SevenStepsError):
    """The graph holds no such problem for this organization."""

    code: ClassVar[str] = "graph_problem_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class ProjectionBehindError(SevenStepsError):
    """An edit came before the one it follows; it can be applied when that one has arrived."""

    code: ClassVar[str] = "graph_projection_behind"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


@dataclass(frozen=True)
class ProblemState:
    """What the graph knows about how far a problem's projections are."""

    tree_version: int
    evidence_version: int
    erased: bool


def parameters(scope: Scope, **more: object) -> dict[str, Any]:
    """Return the parameters every query has, and more."""
    return {"organization_id": scope.organization_id, "problem_id": scope.problem_id, **more}


def lock(transaction: Transaction, scope: Scope) -> ProblemState:
    """Make this transaction the only writer of the problem, and return how far it is. Makes the problem's node where there is none.

    Raises ProblemNotFoundError when the problem is another organization's.
    """
    row = transaction.run(_LOCK, parameters(scope)).single(strict=True)
    if row["organization_id"] != scope.organization_id:
        raise ProblemNotFoundError("The graph holds no such problem.")
    return ProblemState(row["tree_version"], row["evidence_version"], row["erased"])


def set_version(transaction: Transaction, scope: Scope, aspect: Aspect, version: int) -> None:
    """Remember the version just applied."""
    statement = _SET_TREE_VERSION if aspect == "tree_version" else _SET_EVIDENCE_VERSION
    transaction.run(statement, parameters(scope, version=version)).consume()


def batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Cut rows into lists short enough for one statement; nothing comes of nothing."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def run_batches(transaction: Transaction, statement: str, scope: Scope, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement that begins with `UNWIND $rows` over all rows."""
    for batch in batches(rows):
        transaction.run(statement, parameters(scope, rows=list(batch))).consume()
