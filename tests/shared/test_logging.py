"""Log lines: JSON for machines, a console for people, and the ids of what they are about."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.logging import bound, configure_logging
from shared.settings import Settings


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()
    configure_logging(Settings(log_format="json"), stream)
    yield stream
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def parsed(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_carries_the_ids_bound_around_it(lines: io.StringIO) -> None:
    log = structlog.get_logger("tests")
    with bound(problem_id="p1", execution_id="e1"), bound(request_id="r1"):
        log.info("step_done", rows=3)
    log.info("afterwards")
    first, second = parsed(lines)
    assert {name: first[name] for name in ("event", "level", "logger", "rows")} == {
        "event": "step_done",
        "level": "info",
        "logger": "tests",
        "rows": 3,
    }
    assert (first["problem_id"], first["execution_id"], first["request_id"]) == ("p1", "e1", "r1")
    assert not {"problem_id", "execution_id", "request_id"} & set(second)


def test_the_standard_library_speaks_the_same_format(lines: io.StringIO) -> None:
    with bound(request_id="r2"):
        logging.getLogger("some.vendor").warning("took %s ms", 12)
    (line,) = parsed(lines)
    assert (line["event"], line["level"], line["request_id"]) == ("took 12 ms", "warning", "r2")


def test_an_exception_is_one_line(lines: io.StringIO) -> None:
    try:
        int("bad\ncell")
    except ValueError:
        structlog.get_logger("tests").exception("failed")
    (line,) = parsed(lines)
    assert "ValueError" in str(line["exception"])


def test_a_hostile_value_cannot_forge_a_line(lines: io.StringIO) -> None:
    structlog.get_logger("tests").info("upload", file_name='x"}\n{"event":"forged"}')
    assert [line["event"] for line in parsed(lines)] == ["upload"]


def test_people_get_a_console(lines: io.StringIO) -> None:
    stream = io.StringIO()
    configure_logging(Settings(log_format="console", log_level="WARNING"), stream)
    structlog.get_logger("tests").info("hidden")
    structlog.get_logger("tests").warning("shown", n=1)
    assert "shown" in stream.getvalue()
    assert "hidden" not in stream.getvalue()
    assert not stream.getvalue().startswith("{")
