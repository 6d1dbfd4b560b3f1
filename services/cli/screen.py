"""What a command shows: results on standard output, progress on standard error and only to people."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Advance = Callable[[float, str], None]
"""Say how far the work got (0..100) and what is being done."""


def print_json(value: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str, indent=2) + "\n")


def note(text: str) -> None:
    """Say something that is not the result; nothing is said when nobody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(text + "\n")


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Advance]:
    """Show a bar on standard error while the block runs; silent when `quiet` or when standard error is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _percent, _activity: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[activity]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=100, activity="")
        yield lambda percent, activity: bar.update(task, completed=percent, activity=activity[:60])
