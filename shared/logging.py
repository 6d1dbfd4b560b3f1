"""Structured logging: one line per event, with the ids of the request, problem and execution it belongs to."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import structlog
from structlog.typing import Processor

from shared.settings import Settings, get_settings

BOUND_IDS = ("request_id", "problem_id", "execution_id")


def configure_logging(settings: Settings | None = None, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logging to `stream` (default: standard error), as JSON or for a terminal."""
    chosen, target = settings or get_settings(), stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.PositionalArgumentsFormatter(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(chosen, target)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(chosen.log_level)


def _rendering(settings: Settings, target: TextIO) -> list[Processor]:
    plain = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if settings.log_format == "console" or (settings.log_format == "auto" and target.isatty()):
        return [plain, structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback)]
    return [plain, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(sort_keys=True)]


@contextmanager
def bound(**ids: object) -> Iterator[None]:
    """Put ids (`request_id`, `problem_id`, `execution_id`) on every line logged in the block, in this thread or task."""
    with structlog.contextvars.bound_contextvars(**{name: str(value) for name, value in ids.items()}):
        yield
