"""Findings of two engines side by side: the same words and order, and numbers within one part in a billion."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
WITHIN = 1e-9
# Named by the hash of the data, which for a table of a server is that of its rows.
OF_THE_BYTES = frozenset({"id", "sha256", "dataset_sha256", "source", "parquet"})


def same_number(a: float, b: float) -> bool:
    return a == b or abs(a - b) <= WITHIN * max(abs(a), abs(b))


def differences(a: Any, b: Any, path: str = "") -> Iterator[str]:
    """Yield where two documents differ by more than the order in which floats were added up."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if key not in OF_THE_BYTES:
                yield from differences(a.get(key), b.get(key), f"{path}.{key}")
    elif isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from differences(x, y, f"{path}[{i}]")
    elif isinstance(a, int | float) and isinstance(b, int | float) and type(a) is not bool and type(b) is not bool:
        if not same_number(a, b):
            yield f"{path}: {a} and {b}"
    elif isinstance(a, str) and isinstance(b, str):
        x, y = _NUMBER.findall(a), _NUMBER.findall(b)
        if _NUMBER.sub("#", a) != _NUMBER.sub("#", b) or not all(same_number(float(i), float(j)) for i, j in zip(x, y, strict=True)):
            yield f"{path}: {a[:200]} and {b[:200]}"
    elif a != b:
        yield f"{path}: {a!r} and {b!r}"


def same_cell(a: Any, b: Any) -> bool:
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same_cell, a, b))
    if isinstance(a, int | float) and isinstance(b, int | float):
        return bool(np.isnan(a) and np.isnan(b)) or same_number(float(a), float(b))
    return bool(a == b)
