"""An earlier problem's tree on new data. A test comes along only where its columns are here under the same names. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from services.analysis.dataset import ColumnProfile
from services.solving.analysts.rules.periods import periods_of
from services.solving.steps.tree import IssueTree, LeafTest, TreeNode
from shared.kit.cited import name
from shared.kit.value import Value

_KEY = re.compile(r"\[\[(E[0-9a-f]{8})\]\]")
# Parameters that say what is tested. Others hold figures or names out of the earlier problem (a hurdle, one market).
_CARRIES_OVER = frozenset({"dataset", "ratio", "cut", "against", "worse", "current", "earlier", "measure", "where"})


class Table(Value):
    """A table as far as a test is bound to it: its name and its columns' profiles by name."""

    name: str
    columns: dict[str, ColumnProfile]


def adapted(tree: IssueTree, question: str, here: list[Table], there: list[Table], displays: Mapping[str, str], text: str) -> IssueTree:
    """Return an earlier problem's tree for `question`, bound to the tables that are `here`.

    Numbers of the earlier problem stand as they were written there; its notes and checks spoke of other data and stay behind. `there` are
    the tables the tests were bound to, `displays` how its numbers are written, `text` the new problem's words (for the periods compared).
    """
    nodes = [_adapted(node, question, here, there, displays, text) for node in tree.nodes]
    return tree.model_copy(update={"nodes": nodes, "checks": [], "alternatives": []})


def _adapted(node: TreeNode, question: str, here: list[Table], there: list[Table], displays: Mapping[str, str], text: str) -> TreeNode:
    test = rebound(node.test, here, there, text) if node.test else None
    needs = [_written(one, displays) for one in node.required_data]
    if node.test is not None and test is None and not needs:
        needs = [f"columns as {', '.join(name(column) for column in dict.fromkeys(node.test.columns))}"]
    return node.model_copy(
        update={
            "title": question if node.kind == "root" else _written(node.title, displays),
            "hypotheses": [_written(one, displays) for one in node.hypotheses],
            "required_data": needs,
            "logic": _written(node.logic, displays),
            "notes": "",
            "test": test,
            "data_available": test is not None,
        }
    )


def rebound(test: LeafTest, here: list[Table], there: list[Table], text: str) -> LeafTest | None:
    """Return a test on the tables that are here, its periods read anew; None where a column is missing or it holds figures of its own."""
    if not set(test.params) <= _CARRIES_OVER:
        return None
    tables: dict[str, Table] = {}
    for old, needed in _needed(test, there).items():
        home = min((table for table in here if needed <= table.columns.keys()), key=lambda one: (one.name != old, one.name), default=None)
        if home is None:
            return None
        tables[old] = home
    periods = _periods(test, tables, text)
    if periods is None or test.dataset is None:
        return None
    params = _renamed(test.params, {old: table.name for old, table in tables.items()}) | periods
    return test.model_copy(update={"dataset": tables[test.dataset].name, "params": params})


def _needed(test: LeafTest, there: list[Table]) -> dict[str, set[str]]:
    """Return which columns a test needs of which table: its own, and those of a table it joins (with the key on both sides)."""
    own = next((table for table in there if table.name == test.dataset), None)
    cut = test.params.get("cut")
    joined = str(cut["table"]) if isinstance(cut, dict) and cut.get("table") else None
    far = {str(cut["column"]), str(cut["key"])} if isinstance(cut, dict) and joined else set()
    near = {column for column in test.columns if own is None or column in own.columns or column not in far}
    return {str(test.dataset): near, **({joined: far} if joined else {})}


def _periods(test: LeafTest, tables: Mapping[str, Table], text: str) -> dict[str, object] | None:
    """Return the periods compared on these data, nothing for a test that compares none, None where the data are too short for it."""
    wanted = [which for which in ("current", "earlier") if test.params.get(which)]
    if not wanted or test.dataset is None:
        return {}
    clock = test.params["current" if "current" in wanted else "earlier"]
    column = tables[test.dataset].columns.get(str(clock["column"])) if isinstance(clock, dict) else None
    found = periods_of(column, text) if column is not None else None
    read = {which: getattr(found, which) for which in wanted} if found else {}
    if len(read) < len(wanted) or None in read.values():
        return None
    return {which: period.model_dump(mode="json") for which, period in read.items()}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return parameters with the names of tables replaced where a table is named."""
    if isinstance(value, dict):
        return {
            key: names.get(item, item) if key in {"dataset", "table"} and isinstance(item, str) else _renamed(item, names)
            for key, item in value.items()
        }
    return [_renamed(item, names) for item in value] if isinstance(value, list) else value


def _written(text: str, displays: Mapping[str, str]) -> str:
    return _KEY.sub(lambda match: displays.get(match[1], match[0]), text)
