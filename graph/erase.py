"""Taking things out of the graph: erasing a problem for good, wiping everything before a rebuild."""

from functools import partial

from graph.driver import Graph, Transaction
from graph.projection import lock, parameters
from graph.tree_model import Scope

_LABELS = ("TreeNode", "Finding", "Recommendation", "Slide", "Dataset")
# Relations first: the embedded server then deletes the nodes three times faster.
_DELETE_RELATIONS = """
MATCH (n:TreeNode {problem_id: $problem_id, organization_id: $organization_id})-[r]->()
DELETE r
"""
_DELETE = tuple(
    f"MATCH (n:{label} {{problem_id: $problem_id, organization_id: $organization_id}}) DETACH DELETE n RETURN count(*) AS deleted"
    for label in _LABELS
)
_BURY = """
MATCH (p:Problem {id: $problem_id, organization_id: $organization_id})
SET p = {id: $problem_id, organization_id: $organization_id, erased: true}
"""
_WIPE_AT_ONCE = 5_000
_WIPE = tuple(f"MATCH (n:{label}) WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS deleted" for label in (*_LABELS, "Problem"))


def delete_problem(graph: Graph, scope: Scope) -> int:
    """Delete everything the graph holds of a problem and return how many nodes that was.

    A bare node with the problem's id stays as a tombstone: no message still on its way brings the problem back. A second call deletes
    nothing. Raises ProblemNotFoundError when the problem is another organization's.
    """

    def work(transaction: Transaction) -> int:
        lock(transaction, scope)
        transaction.run(_DELETE_RELATIONS, parameters(scope)).consume()
        deleted = sum(_count(transaction, statement, **parameters(scope)) for statement in _DELETE)
        transaction.run(_BURY, parameters(scope)).consume()
        return deleted

    return graph.write(work)


def wipe(graph: Graph) -> int:
    """Delete every problem of every organization, tombstones too, and return how many nodes that was.

    Only for a rebuild from PostgreSQL, which no longer has what was erased. The schema stays.
    """
    total = 0
    for statement in _WIPE:
        deleted = _WIPE_AT_ONCE
        while deleted == _WIPE_AT_ONCE:
            deleted = graph.write(partial(_count, statement=statement, limit=_WIPE_AT_ONCE))
            total += deleted
    return total


def _count(transaction: Transaction, statement: str, **values: object) -> int:
    row = transaction.run(statement, values).single()
    return 0 if row is None else int(row["deleted"])
