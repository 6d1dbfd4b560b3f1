"""The figures of the analysis engine with their bars: `make bench-analysis DATA=DIR`, or `python -m tests.benchmarks.analysis --help`.

DATA holds the folders insightbench-dev and dabench-dev; TOOLS (the folder `tools` beside DATA unless told) holds the scorers
score_insights.py, score_questions.py and planted.py. Figures whose data or scorers are absent are said to be so, and not measured.
"""

import argparse
import json
import math
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.benchmarks.tables import NARROW, WIDE, by_hand, write_table

ROOT = Path(__file__).parents[2]
CLI = [sys.executable, "-m", "services.cli"]


@dataclass(frozen=True)
class Figure:
    """One line of the report. `met` None: reported, or not measured."""

    name: str
    measured: str
    bar: str
    met: bool | None

    def __str__(self) -> str:
        mark = {True: "yes", False: "**no**", None: "–"}[self.met]
        return f"| {self.name} | {self.measured} | {self.bar} | {mark} |"


@dataclass(frozen=True)
class Run:
    """A finished command: what it printed, and the seconds it took by the clock and of processor time."""

    output: str
    wall: float
    cpu: float

    @property
    def took(self) -> str:
        return f"{self.wall:.1f} s (processor {self.cpu:.1f} s)"


def run(*command: str) -> Run:
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)[:200]} failed: {done.stderr[-500:]}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(done.stdout, time.perf_counter() - began, cpu)


def insights(path: Path, *options: str) -> Run:
    return run(*CLI, "insights", str(path), "--json", *options)


def quickest(times: int, path: Path) -> Run:
    """Return the quickest of a few full passes: what other work on the machine took is none of the engine's."""
    return min((insights(path) for _ in range(times)), key=lambda done: done.wall)


def _scored(name: str, said: str, recall15: float, recall30: float | None) -> Iterator[Figure]:
    for budget, bar in ((15, recall15), (30, recall30)):
        if bar is not None:
            value = float(re.findall(rf"recall@{budget}: ([\d.]+)", said)[0])
            yield Figure(f"{name}: recall@{budget}", f"{value:.3f}", f"≥ {bar:.2f}", value >= bar)
    rate, emitted = re.findall(r"false claims: ([\d.]+) of (\d+)", said)[0]
    yield Figure(f"{name}: false claims", f"{float(rate):.1%} of {emitted}", "≤ 1%", float(rate) <= 0.01)


def claims(options: argparse.Namespace, _: Path) -> Iterator[Figure]:
    scorer, cli = str(options.tools / "score_insights.py"), " ".join(CLI)
    said = run(sys.executable, scorer, str(options.data / "insightbench-dev"), "--cli", cli, "--budget", "15", "30").output
    yield from _scored("insightbench-dev", said, 0.70, 0.85)


def planted(options: argparse.Namespace, scratch: Path) -> Iterator[Figure]:
    made, cli = scratch / "planted", " ".join(CLI)
    run(sys.executable, str(options.tools / "planted.py"), "make", str(made), "--seed", str(options.seed), "--cases", str(options.cases))
    said = run(sys.executable, str(options.tools / "score_insights.py"), str(made), "--cli", cli, "--budget", "15", "30").output
    yield from _scored(f"{options.cases} planted cases, seed {options.seed}", said, 0.90, None)


def null(options: argparse.Namespace, scratch: Path) -> Iterator[Figure]:
    made, tool = scratch / "null", str(options.tools / "planted.py")
    run(sys.executable, tool, "null", str(made), "--seed", str(options.seed), "--cases", str(options.cases))
    said = run(sys.executable, tool, "false-alarms", str(made), "--cli", " ".join(CLI)).output
    alarms, files = (int(x) for x in re.findall(r"alarm: (\d+)/(\d+)", said)[0])
    yield Figure(f"{files} null files, seed {options.seed}: with a false alarm", f"{alarms}", "≤ 5%", alarms <= 0.05 * files)


def questions(options: argparse.Namespace, _: Path) -> Iterator[Figure]:
    scorer = str(options.tools / "score_questions.py")
    said = run(sys.executable, scorer, str(options.data / "dabench-dev"), "--cli", " ".join(CLI)).output
    strict, wrong = (float(re.findall(rf"{word} ([\d.]+)", said)[0]) for word in ("strict", "wrong"))
    yield Figure("dabench-dev: strict", f"{strict:.3f}", "≥ 0.35", strict >= 0.35)
    yield Figure("dabench-dev: wrong", f"{wrong:.3f}", "≤ 0.08", wrong <= 0.08)


def same_bytes(_: argparse.Namespace, scratch: Path) -> Iterator[Figure]:
    path = write_table(scratch / "same.csv", 60_000, WIDE)
    first, second, one = insights(path).output, insights(path).output, insights(path, "--threads", "1").output
    yield Figure("same bytes twice", "identical" if first == second else "different", "identical", first == second)
    yield Figure("1 and 2 threads", "identical" if first == one else "different", "identical", first == one)


def full_pass(_: argparse.Namespace, scratch: Path) -> Iterator[Figure]:
    small = quickest(3, write_table(scratch / "small.csv", 500, NARROW))
    yield Figure("full pass, 500 rows, process start included, quickest of three", small.took, "≤ 2 s", small.wall <= 2)
    path = write_table(scratch / "wide.csv", 100_000, WIDE)
    wide, hand = insights(path), _by_hand(path).wall
    yield Figure(f"full pass, 100,000 rows x {len(WIDE)} columns", wide.took, "≤ 10 s", wide.wall <= 10)
    tests = json.loads(wide.output)["tests_run"]
    yield Figure(
        "the same table: full pass over hand-written DuckDB aggregates",
        f"{wide.wall / hand:.0f} x of {hand:.2f} s, for {tests} tests",
        "–",
        None,
    )


def first_look(options: argparse.Namespace, scratch: Path) -> Iterator[Figure]:
    """Read, convert and profile a file, beside the aggregates an analyst would write; with --large, a gigabyte of it."""
    rows = 20_000_000 if options.large else 1_000_000
    path = write_table(scratch / "look.csv", rows, NARROW)
    looks, hands = [], []
    for _ in range(3 if options.large else 5):  # in turn, so that both meet the machine in the same mood
        hands.append(_by_hand(path))
        looks.append(_looked_at(path))
    look, hand, excess = (sorted(seconds)[len(looks) // 2] for seconds in _compared(looks, hands))
    size = f"{rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB"
    times = f"{look:.2f} s; by hand {hand:.2f} s"
    yield Figure(f"first look (read, convert, profile), {size}", times, f"≤ {1.3 * hand + 0.25:.2f} s", excess <= 0)
    processor = min(look.cpu for look in looks), min(hand.cpu for hand in hands)
    yield Figure(f"first look, {size}: processor time", f"{processor[0]:.2f} s; by hand {processor[1]:.2f} s", "–", None)
    if options.large:
        yield Figure(f"first look, {size}: peak memory", f"{max(float(look.output) for look in looks):.2f} GiB", "< 4 GiB", None)
        whole, peak = _measured(path)
        yield Figure(f"full pass, {size}", whole.took, "reported", None)
        yield Figure(f"full pass, {size}: peak memory", f"{peak:.2f} GiB", "< 4 GiB", peak < 4)
    path.unlink()


def _looked_at(path: Path) -> Run:
    """Take a first look in a process of its own, whose start is not counted; what it prints is the most memory it held, in GiB."""
    code = f"import resource, time; from pathlib import Path; from services.analysis.tables import open_dataset; \
s, c = time.perf_counter(), time.process_time(); open_dataset(Path({str(path)!r})); \
print(time.perf_counter() - s, time.process_time() - c, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2)"
    wall, cpu, peak = run(sys.executable, "-c", code).output.split()
    return Run(peak, float(wall), float(cpu))


def _compared(looks: list[Run], hands: list[Run]) -> Iterator[list[float]]:
    """The seconds of the looks, those by hand, and by how much each look exceeds what the run by hand before it allows."""
    yield [look.wall for look in looks]
    yield [hand.wall for hand in hands]
    yield [look.wall - 1.3 * hand.wall - 0.25 for look, hand in zip(looks, hands, strict=True)]


def _measured(path: Path) -> tuple[Run, float]:
    """Run a full pass in a process of its own and return it with the most memory it held, in GiB."""
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); \
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2)"
    done = run(sys.executable, "-c", code, *CLI, "insights", str(path), "--json")
    return done, float(done.output)


def ydata(options: argparse.Namespace, scratch: Path) -> Iterator[Figure]:
    """The full pass beside ydata-profiling's minimal report of the same file, in an interpreter that has it (--ydata)."""
    path = write_table(scratch / "wide.csv", 100_000, WIDE)
    code = f"import pandas as pd; from ydata_profiling import ProfileReport; \
ProfileReport(pd.read_csv({str(path)!r}), minimal=True, progress_bar=False).to_json()"
    ours, theirs = insights(path), run(options.ydata, "-c", code)
    yield Figure(
        "full pass beside ydata-profiling (minimal), 100,000 rows x 20",
        f"{ours.took} beside {theirs.took}",
        "faster",
        ours.wall < theirs.wall,
    )


def _by_hand(path: Path) -> Run:
    sql = by_hand(path)
    began, before = time.perf_counter(), time.process_time()
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(sql).fetchall()
    return Run("", time.perf_counter() - began, time.process_time() - before)


def growth(options: argparse.Namespace, scratch: Path) -> Iterator[Figure]:
    sizes = [100_000, 300_000, 1_000_000, *([3_000_000, 10_000_000] if options.large else [])]
    walls, processors = [], []
    for rows in sizes:
        path = write_table(scratch / "growth.csv", rows, NARROW)
        done = insights(path)
        walls.append(done.wall)
        processors.append(done.cpu)
        path.unlink()
    wall, cpu = slope(sizes, walls), slope(sizes, processors)
    times = ", ".join(f"{rows:,}: {seconds:.1f} s" for rows, seconds in zip(sizes, walls, strict=True))
    yield Figure(f"cost growth, log-log slope ({times})", f"{wall:.2f} (processor {cpu:.2f})", "≤ 1.05", wall <= 1.05)


def slope(sizes: list[int], seconds: list[float]) -> float:
    """Return the least-squares slope of log seconds over log rows."""
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


PARTS: dict[str, Callable[[argparse.Namespace, Path], Iterator[Figure]]] = {
    "same_bytes": same_bytes,
    "full_pass": full_pass,
    "first_look": first_look,
    "ydata": ydata,
    "growth": growth,
    "claims": claims,
    "planted": planted,
    "null": null,
    "questions": questions,
}
NEEDS = {
    "claims": ("score_insights.py", "insightbench-dev"),
    "planted": ("score_insights.py", ""),
    "null": ("planted.py", ""),
    "questions": ("score_questions.py", "dabench-dev"),
}


def machine() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    models = re.findall(r"model name\s*: (.+)", text)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} x {models[0] if models else platform.machine()}, {memory:.0f} GiB, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}; load average {os.getloadavg()[0]:.1f} at this point"
    )


def absent(options: argparse.Namespace, part: str) -> str:
    """Return what a part needs and does not find, empty where it finds all."""
    if part == "ydata" and not options.ydata:
        return "no interpreter with ydata-profiling was named (--ydata)"
    tool, folder = NEEDS.get(part, ("", ""))
    if tool and not (options.tools / tool).is_file():
        return f"no {tool} in TOOLS"
    return f"no {folder} in DATA" if folder and not (options.data / folder).is_dir() else ""


def say(line: object) -> None:
    """Print a line as soon as it is known: some take minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tools", type=Path, help="the folder of the scorers")
    parser.add_argument("--cases", type=int, default=60, help="planted and null files")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--large", action="store_true", help="grow to ten million rows, and look at a gigabyte")
    parser.add_argument("--ydata", default="", help="a Python interpreter that has ydata-profiling")
    options = parser.parse_args()
    options.tools = options.tools or options.data.resolve().parent / "tools"
    say(f"{machine()}\n\n| figure | measured | bar | met |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="sevensteps-bench-") as folder:
        for part in options.only:
            if missing := absent(options, part):
                say(Figure(part, f"not measured: {missing}", "", None))
                continue
            for figure in PARTS[part](options, Path(folder)):
                say(figure)
    say(f"\n{machine()}")


if __name__ == "__main__":
    main()
