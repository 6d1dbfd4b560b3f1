"""The quality bar on real problems: `make quality DATA=DIR`, or `python -m tests.benchmarks.quality --help`.

Runs the bundled problems, and ten files of DATA/insightbench-dev where DATA is given, through the seven steps with the rules analyst,
checks on each every item of the bar that a machine can check, and prints the items by problems and the score.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.solving.analysts.rules import RulesAnalyst
from services.solving.samples.catalogue import names, sample
from services.solving.steps.contract import StepName
from services.solving.steps.registry import STEPS
from tests.benchmarks.tables import NARROW, write_table
from tests.quality.bar import ITEMS, measured
from tests.quality.item import solved
from tests.solving.analysts.runs import FIELDS, problem

MOST = 10  # files of the folder
THINKING = (StepName.FRAME, StepName.TREE, StepName.PRIORITIZE, StepName.PLAN, StepName.SYNTHESIZE)
THINKING_BAR, ROWS = 3.0, 500  # seconds that steps 1 to 4 and 6 may take together on a file of so many rows


@dataclass(frozen=True)
class Case:
    """A problem to be measured."""

    name: str
    text: str
    files: tuple[Path, ...]
    title: str | None = None


def bundled() -> Iterator[Case]:
    """The problems the platform brings along."""
    for name in names():
        told = sample(name)
        yield Case(name, told.text, told.files, told.title)


def given(folder: Path, most: int = MOST) -> Iterator[Case]:
    """The first goals of a folder that holds goals.json and the files it names, spread over all it has."""
    goals = json.loads((folder / "goals.json").read_text(encoding="utf-8"))
    step = max(1, len(goals) // most)
    for number in list(goals)[::step][:most]:
        files = tuple(folder / name for name in goals[number]["files"])
        yield Case(f"flag {number}", goals[number]["goal"], files)


@dataclass(frozen=True)
class Measured:
    """A problem measured: faults by item, and the seconds it took."""

    case: Case
    faults: dict[str, list[str] | None]
    seconds: float


def measure(case: Case) -> Measured:
    """Work a problem through and hold it to the bar."""
    began = time.perf_counter()
    with solved(case.text, case.files, title=case.title) as done:
        took = time.perf_counter() - began
        return Measured(case, measured(done), took)


def thinking(times: int = 3) -> tuple[float, float]:
    """Return the seconds by the clock, and of processor time, that steps 1 to 4 and 6 take together: the quickest of a few runs."""
    text = "Hours per record are too high. Bring them down by a fifth by year end; the head of operations decides."
    with tempfile.TemporaryDirectory() as folder:
        file = write_table(Path(folder) / "records.csv", ROWS, NARROW)
        return min(_thought(text, file) for _ in range(times))


def _thought(text: str, file: Path) -> tuple[float, float]:
    wall = processor = 0.0
    with problem(text, [file]) as begun:
        context = begun
        for step in STEPS[:-1]:
            began, busy = time.perf_counter(), time.process_time()
            result: Any = step.decide(RulesAnalyst(), context)
            if step.name in THINKING:
                wall, processor = wall + time.perf_counter() - began, processor + time.process_time() - busy
            known = {**context.known, **{entry.key: entry for entry in result.entries}}
            decided: dict[str, Any] = {FIELDS[step.name.value]: getattr(result, FIELDS[step.name.value])}
            context = replace(context, known=known, **decided)
    return wall, processor


def table(results: list[Measured]) -> Iterator[str]:
    """The items by problems: x passes, F fails, a dot does not apply."""
    yield "| item | " + " | ".join(result.case.name for result in results) + " |"
    yield "|---|" + "---|" * len(results)
    for item in ITEMS:
        key = f"{item.step}: {item.name}"
        yield f"| {key} | " + " | ".join(_mark(result.faults[key]) for result in results) + " |"


def _mark(faults: list[str] | None) -> str:
    return "." if faults is None else "**F**" if faults else "x"


def main() -> int:
    """Measure, print, and fail where an item falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="the folder that holds insightbench-dev")
    parser.add_argument("--only", nargs="*", help="names of problems")
    told = parser.parse_args()
    cases = [*bundled(), *(given(told.data / "insightbench-dev") if told.data else ())]
    results = []
    for case in cases:
        if told.only and case.name not in told.only:
            continue
        results.append(measure(case))
        sys.stderr.write(f"{case.name}: {results[-1].seconds:.1f} s\n")
    sys.stdout.write("\n".join(table(results)) + "\n\n")
    for result in results:
        for key, faults in result.faults.items():
            sys.stdout.writelines(f"{result.case.name} | {key} | {fault}\n" for fault in (faults or [])[:3])
    wall, processor = thinking()
    sys.stdout.write(f"\nSteps 1 to 4 and 6 on {ROWS} rows: {wall:.2f} s (processor {processor:.2f} s), at most {THINKING_BAR:.0f} s.\n")
    checked = [faults for result in results for faults in result.faults.values() if faults is not None]
    passed = sum(not faults for faults in checked)
    sys.stdout.write(f"\n{passed} of {len(checked)} checks pass ({passed / max(len(checked), 1):.1%}) on {len(results)} problems.\n")
    return 0 if passed == len(checked) and wall <= THINKING_BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
