"""Arithmetic over ledger entries, small enough to be read aloud: names, numbers, + - * / ** and min, max, abs."""

import ast
import operator
from collections.abc import Callable, Mapping

from shared.kit.errors import ErrorKind, SevenStepsError

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_CALLS: dict[str, Callable[..., float]] = {"min": min, "max": max, "abs": abs}


class FormulaError(SevenStepsError):
    """A formula uses a name it was not given or an operation that is not arithmetic."""

    code = "bad_formula"
    kind = ErrorKind.INTERNAL


def evaluate(formula: str, inputs: Mapping[str, float]) -> float:
    """Return the value of an arithmetic expression over named numbers.

    Raises FormulaError for anything but arithmetic over the given names, and for a division by zero.
    """
    try:
        return _value(ast.parse(formula, mode="eval").body, inputs)
    except SyntaxError:
        raise FormulaError(f"{formula!r} is not an expression") from None
    except (ZeroDivisionError, OverflowError):
        raise FormulaError(f"{formula!r} has no finite value for these inputs") from None


def _value(node: ast.expr, inputs: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in inputs:
            return inputs[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, inputs)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return float(_BINARY[type(op)](_value(left, inputs), _value(right, inputs)))
        case ast.Call(func=ast.Name(id=called), args=args, keywords=[]) if called in _CALLS and args:
            return float(_CALLS[called](*[_value(arg, inputs) for arg in args]))
        case _:
            raise FormulaError(f"{ast.unparse(node)!r} is not arithmetic over the given names")
