"""What a job is, before anybody knows what carries it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """A kind of message and who handles it. The body holds ids only: the handler reads the row, which is the truth."""

    name: str
    queue: str
    handler: Callable[..., None]
    time_limit: int = 300  # seconds before the handler is interrupted; 30 more and its process is killed
