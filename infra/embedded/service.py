"""What the supervisor must know of a server, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.embedded.layout import Place
from infra.embedded.process import Command


def _nothing(_place: Place) -> None:
    return None


@dataclass(frozen=True)
class Service:
    """One supervised server.

    `prepare` makes its folder ready before the start, `answer` asks a real question and raises OSError (or the client's own error) until it
    is answered, `variables` are the settings that lead to it, `clean` removes what it leaves behind. When `variable` is set by somebody,
    the server is not started at all.
    A platform whose server is not `required` goes on without it.
    """

    name: str
    variable: str
    ports: tuple[str, ...]
    credentials: tuple[str, ...]
    command: Callable[[Place], Command]
    answer: Callable[[Place], None]
    variables: Callable[[Place], dict[str, str]]
    prepare: Callable[[Place], None] = _nothing
    clean: Callable[[Place], None] = _nothing
    required: bool = True
    stop_seconds: float = 10
