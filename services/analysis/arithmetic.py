"""A stated formula over named inputs ("visits * rate * fee - cost"): read once, then computed on arrays and written as SQL."""

import ast
import operator
from collections.abc import Callable, Mapping

import numpy as np

from services.analysis.errors import QueryError
from services.analysis.sql import literal
from services.analysis.study import Floats

_OPERATORS: dict[type[ast.operator], tuple[Callable[[Floats, Floats], Floats], str]] = {
    ast.Add: (operator.add, "+"),
    ast.Sub: (operator.sub, "-"),
    ast.Mult: (operator.mul, "*"),
    ast.Div: (operator.truediv, "/"),
}
MOST_NODES = 200


def read(formula: str) -> ast.expr:
    """Return the formula as a tree. Raises QueryError where it is not plus, minus, times, divided and brackets over names and numbers."""
    try:
        tree = ast.parse(formula, mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise QueryError(f"{formula[:60]!r} is not arithmetic over inputs") from error
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES or not all(_known(node) for node in nodes):
        raise QueryError(f"{formula[:60]!r} is not arithmetic over inputs")
    return tree


def _known(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float)
    return isinstance(node, ast.BinOp | ast.UnaryOp | ast.Name | ast.Load | ast.USub) or type(node) in _OPERATORS


def names_in(tree: ast.expr) -> list[str]:
    """Return the inputs a formula names, sorted."""
    return sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})


def evaluated(tree: ast.expr, values: Mapping[str, Floats]) -> Floats:
    """Return the formula's value for arrays of inputs. Raises KeyError for an input without values."""
    if isinstance(tree, ast.BinOp):
        combined: Floats = _OPERATORS[type(tree.op)][0](evaluated(tree.left, values), evaluated(tree.right, values))
        return combined
    if isinstance(tree, ast.UnaryOp):
        return -evaluated(tree.operand, values)
    if isinstance(tree, ast.Name):
        return values[tree.id]
    assert isinstance(tree, ast.Constant)
    some = next(iter(values.values()))
    return np.full_like(some, float(tree.value))  # type: ignore[arg-type]


def as_sql(tree: ast.expr, values: Mapping[str, float]) -> str:
    """Return the formula in SQL with each input's value in its place."""
    if isinstance(tree, ast.BinOp):
        return f"({as_sql(tree.left, values)} {_OPERATORS[type(tree.op)][1]} {as_sql(tree.right, values)})"
    if isinstance(tree, ast.UnaryOp):
        return f"(-{as_sql(tree.operand, values)})"
    if isinstance(tree, ast.Name):
        return f"({literal(float(values[tree.id]))})"
    assert isinstance(tree, ast.Constant)
    return literal(float(tree.value))  # type: ignore[arg-type]
