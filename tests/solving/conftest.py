"""The bundled problems, taken through the first five steps once for all tests that argue about them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from services.solving.samples import catalogue
from services.solving.steps.contract import StepContext
from tests.solving.analysts import runs


@pytest.fixture(scope="session")
def analysed() -> Iterator[Callable[[str], StepContext]]:
    """Give the context of a bundled problem once its findings are there."""
    done: dict[str, StepContext] = {}
    with ExitStack() as stack:

        def context(name: str) -> StepContext:
            if name not in done:
                sample = catalogue.sample(name)
                start = stack.enter_context(runs.problem(sample.text, list(sample.files), title=sample.title))
                done[name] = runs.worked(start, until="analyze")[0]
            return done[name]

        yield context
