"""Which schemas and tables the history answers for."""

import re
from typing import Any

SCHEMAS = {"identity", "platform", "solving"}
_PARTITION = re.compile(r"_(p\d{6,8}|default)$")


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Tell Alembic what to compare: our schemas, and a partitioned table but not its partitions, which the sweep makes."""
    if kind == "schema":
        return name in SCHEMAS
    return not (kind == "table" and name is not None and _PARTITION.search(name))
