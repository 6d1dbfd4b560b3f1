"""Step 2, issue tree: the question cut into parts that do not overlap, down to questions data can answer."""

from typing import Literal

from services.solving.evidence.ledger import EvidenceEntry
from shared.kit.value import Value


class LeafTest(Value):
    """The test a leaf proposes, bound to columns of the data: what `analyze` runs."""

    method: str  # a name in the analysis registry
    dataset: str | None
    measure: str | None  # column or derived measure
    by: list[str]  # columns that cut it
    columns: list[str]  # every source column the test needs
    params: dict[str, object] = {}


class TreeNode(Value):
    """A node with the seed's properties, and what the checks and the plan need. Texts are cited text."""

    id: str
    parent_id: str | None
    position: int  # order among siblings
    level: int  # root is 0
    kind: Literal["root", "branch", "leaf"]
    title: str
    hypotheses: list[str] = []  # falsifiable; a leaf has at least one
    required_data: list[str] = []
    priority_hint: Literal["high", "medium", "low"] = "medium"
    notes: str = ""
    logic: str = ""  # the one cutting logic of this node's children, e.g. "arithmetic: spend / customers"
    test: LeafTest | None = None
    data_available: bool = False


class Check(Value):
    """A machine check on the tree: does the whole hold together on the data?"""

    name: Literal["parts_rebuild_whole", "segments_partition_rows", "leaves_testable", "no_overlap_in_words", "branching"]
    node_id: str
    passed: bool
    detail: str  # cited text


class AlternativeCut(Value):
    """A cut that was tried and lost, and why."""

    name: str
    logic: str
    reason: str
    score: float


class IssueTree(Value):
    """The tree as one version: nodes in reading order, root first."""

    nodes: list[TreeNode]
    template: str  # the driver-tree template it came from
    tree_type: Literal["component", "hypothesis", "deductive"]
    alternatives: list[AlternativeCut]
    checks: list[Check]

    def leaves(self) -> list[TreeNode]:
        """Return the leaves in reading order."""
        return [node for node in self.nodes if node.kind == "leaf"]

    def node(self, node_id: str) -> TreeNode:
        """Return a node by id. Raises KeyError when there is none."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)


class TreeResult(Value):
    """What step 2 records."""

    tree: IssueTree
    entries: tuple[EvidenceEntry, ...]
