"""How much of an upload is read before it is refused."""

from dataclasses import dataclass

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on an upload: bytes on disk, columns, and for packed formats bytes and cells once unpacked."""

    file_bytes: int = 2 * GIB
    columns: int = 10_000
    unpacked_bytes: int = 2 * GIB
    cells: int = 10_000_000
    sheets: int = 50
    memory: str = "2GB"
    threads: int = 2


DEFAULT_LIMITS = Limits()
