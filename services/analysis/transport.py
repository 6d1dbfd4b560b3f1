"""A tested candidate as text and back, bit for bit: how a test that ran in one process reaches the pass that another one does.

Only plain values, arrays, and records of this engine travel; a name that is no record of this engine is refused, so that a text can
bring nothing to life but data.
"""

import base64
import dataclasses
import datetime as dt
import enum
import importlib
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import BaseModel

from services.analysis.methods.contract import Candidate

_HOMES = ("services.analysis.", "shared.kit.")
_PLAIN = (str, bool, int, type(None))
_Packed = Any  # a JSON value


class UntransportableError(ValueError):
    """Something in a candidate, or in a text that should hold one, does not travel."""


def to_text(candidate: Candidate) -> str:
    """Return a candidate as JSON. Raises UntransportableError for a detail that holds anything but data."""
    return json.dumps(_packed(candidate), ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def from_text(text: str) -> Candidate:
    """Return the candidate that a text holds. Raises UntransportableError."""
    found = _unpacked(json.loads(text))
    if not isinstance(found, Candidate):
        raise UntransportableError("The text holds no candidate.")
    return found


def _packed(value: Any) -> _Packed:
    """Return a value as JSON: plain ones as they are, every other as {its kind: its content}."""
    if isinstance(value, _PLAIN) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, list):
        return [_packed(item) for item in value]
    for kind, pack in _PACKERS:
        if isinstance(value, kind):
            return pack(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _record(value, {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init})
    raise UntransportableError(f"A {type(value).__name__} does not travel.")


def _pack_float(value: float) -> _Packed:
    return value if math.isfinite(value) else {"f": repr(value)}


def _pack_tuple(value: Any) -> _Packed:
    return _record(value, value._asdict()) if hasattr(value, "_asdict") else {"t": [_packed(item) for item in value]}


def _pack_set(value: Any) -> _Packed:
    return {"s": [isinstance(value, frozenset), sorted((_packed(item) for item in value), key=json.dumps)]}


def _pack_array(value: Any) -> _Packed:
    if value.dtype.hasobject or isinstance(value, np.ma.MaskedArray):
        raise UntransportableError(f"An array of {value.dtype} does not travel.")
    return {"n": [value.dtype.str, list(value.shape), base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()]}


def _pack_model(value: BaseModel) -> _Packed:
    return _record(value, {name: getattr(value, name) for name in type(value).model_fields})


# the first kind that fits: a number of NumPy may be a float of Python too, an instant is a day too
_PACKERS: tuple[tuple[Any, Callable[[Any], _Packed]], ...] = (
    (enum.Enum, lambda value: {"e": [_named(type(value)), value.value]}),
    (np.generic | np.ndarray, _pack_array),
    (float, _pack_float),
    (tuple, _pack_tuple),
    (set | frozenset, _pack_set),
    (dict, lambda value: {"m": [[_packed(key), _packed(item)] for key, item in value.items()]}),
    (dt.datetime, lambda value: {"dt": value.isoformat()}),
    (dt.date, lambda value: {"d": value.isoformat()}),
    (BaseModel, _pack_model),
)


def _record(value: object, fields: dict[str, Any]) -> dict[str, Any]:
    return {"r": [_named(type(value)), [[name, _packed(item)] for name, item in fields.items()]]}


def _named(kind: type) -> str:
    if not kind.__module__.startswith(_HOMES) or "<locals>" in kind.__qualname__:
        raise UntransportableError(f"{kind.__qualname__} is no record of the engine.")
    return f"{kind.__module__}:{kind.__qualname__}"


def _unpacked(value: _Packed) -> Any:
    if isinstance(value, list):
        return [_unpacked(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    if kind not in _UNPACKERS:
        raise UntransportableError(f"There is no value of the kind {kind!r}.")
    return _UNPACKERS[kind](held)


def _unpack_set(held: _Packed) -> Any:
    items = [_unpacked(item) for item in held[1]]
    return frozenset(items) if held[0] else set(items)


def _unpack_array(held: _Packed) -> Any:
    dtype, shape, content = held
    array = np.frombuffer(base64.b64decode(content), dtype=np.dtype(dtype)).reshape(shape).copy()
    return array if shape else array[()]


_UNPACKERS: dict[str, Callable[[_Packed], Any]] = {
    "e": lambda held: _kind(held[0], enum.Enum)(held[1]),
    "n": _unpack_array,
    "f": float,
    "t": lambda held: tuple(_unpacked(item) for item in held),
    "s": _unpack_set,
    "m": lambda held: {_unpacked(key): _unpacked(item) for key, item in held},
    "dt": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
    "r": lambda held: _kind(held[0])(**{name: _unpacked(item) for name, item in held[1]}),
}


def _kind(name: str, wanted: type | None = None) -> Any:
    """Return a record's class by name: a dataclass, a model, a named tuple or an enumeration of this engine and nothing else."""
    module, _, qualified = name.partition(":")
    if not module.startswith(_HOMES):
        raise UntransportableError(f"{name!r} is no record of the engine.")
    found: Any = importlib.import_module(module)
    for part in qualified.split("."):
        found = getattr(found, part, None)
    a_class = isinstance(found, type) and found.__module__ == module
    if not a_class or not (issubclass(found, wanted) if wanted else _is_record(found)):
        raise UntransportableError(f"{name!r} is no record of the engine.")
    return found


def _is_record(kind: type) -> bool:
    return dataclasses.is_dataclass(kind) or issubclass(kind, BaseModel) or (issubclass(kind, tuple) and hasattr(kind, "_fields"))
