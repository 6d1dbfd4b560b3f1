"""The full pass: propose tests, run them, look inside what stands out, adjust all p values together, write the best."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.analysis.breadth import examined, left_out, named_in
from services.analysis.charts import vega_lite
from services.analysis.dataset import Dataset
from services.analysis.drilling import focuses, follow_ups, sharpened
from services.analysis.findings import DatasetInfo, Finding, Gap, Insights, MethodRequest
from services.analysis.goal import Interest, interest_in, missing_from
from services.analysis.kinship import kin_of
from services.analysis.meaning import Embedder
from services.analysis.methods import METHODS, method_named
from services.analysis.methods.contract import ALPHA, SMALL, Candidate, Method, Outcome, Params
from services.analysis.one_thread import on_one_thread
from services.analysis.profile.key_notes import key_notes
from services.analysis.ranking import Decided, in_order, looks_inside_named, merit
from services.analysis.statistics.multiplicity import benjamini_hochberg
from services.analysis.study import Study
from services.analysis.workspace import Workspace
from services.analysis.writing import NoValueError
from shared.kit.hashing import canonical_json

Progress = Callable[[int, int, str], None]
LIMIT = 40  # findings written


@on_one_thread
def analyze(
    workspace: Workspace,
    goal: str = "",
    *,
    plan: list[MethodRequest] | None = None,
    done: Mapping[str, Candidate | None] | None = None,
    on_progress: Progress | None = None,
    limit: int = LIMIT,
    embed: Embedder | None = None,
) -> Insights:
    """Run every method that the data allow and return the findings that matter for the goal, best first.

    `plan` adds tests for hypotheses; their findings are always among those returned and carry the
    hypothesis. `done` are planned tests that were run already, by `run_requests`; the findings are those
    of a pass that runs them itself. `embed` links words of the goal to columns by meaning, where nothing
    else does. The same data and goal give the same findings, byte for byte.
    """
    studies = _studies(workspace, goal)
    interests = [interest_in(goal, study.dataset, study.cuts.values(), embed) for study in studies]
    tested = _run(studies, interests, plan or [], done or {}, on_progress)
    decided = _decide(tested)
    shown = _shown(decided)
    chosen = in_order(shown, limit, {id(s): kin_of(s) for s in studies})
    kept = {id(d) for d, _ in chosen}
    chosen += [(d, 0.0) for d in shown if d.hypothesis_id and id(d) not in kept]
    findings = [_written(d, score) for d, score in chosen]
    notes = key_notes(workspace)
    tests_run = sum(1 for t in tested if t.candidate.p_value is not None)
    return Insights(
        datasets=[_described(dataset, notes.get(dataset.name, [])) for dataset in workspace.datasets],
        findings=[f for f in findings if f is not None],
        not_enough_data=_gaps(goal, workspace, studies) + left_out(workspace.datasets),
        tests_run=tests_run,
        tests_passed=sum(1 for d in decided if d.outcome.significant),
    )


@on_one_thread
def run_requests(workspace: Workspace, goal: str, requests: Iterable[MethodRequest]) -> dict[str, Candidate | None]:
    """Run planned tests by themselves, for a pass with the same goal; return what each gave (None: it could not be run), by its key."""
    studies = _studies(workspace, goal)
    found: dict[str, Candidate | None] = {}
    for request in requests:
        study, params = _asked_of(studies, request)
        key = _key(study, request.method, params)
        if key not in found:
            found[key] = method_named(request.method).test(study, params)
    return found


@on_one_thread
def run_method(workspace: Workspace, method: str, params: dict[str, Any]) -> list[Finding]:
    """Run one registered method again on one table. `params` are a finding's own (with `dataset`, if not the first table).

    Raises KeyError for an unknown method, measure or cut.
    """
    chosen = method_named(method)
    wanted = dict(params)
    adjustment = wanted.pop("adjustment", 1.0)
    name = wanted.pop("dataset", None)
    dataset = workspace.dataset(name) if name else workspace.datasets[0]
    study = Study(workspace, named_in(dataset, wanted))
    candidate = chosen.test(study, wanted)
    if candidate is None:
        return []
    q = None if candidate.p_value is None else min(1.0, candidate.p_value * adjustment)
    finding = _say(chosen, study, candidate, outcome_of(candidate, q))
    return [] if finding is None else [finding]


def _say(method: Method, study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    try:
        return method.write(study, candidate, outcome)
    except NoValueError:
        return None


@dataclass(frozen=True)
class Tested:
    """A candidate with where it came from."""

    study: Study
    interest: Interest
    candidate: Candidate
    hypothesis_id: str | None


def _studies(workspace: Workspace, goal: str) -> list[Study]:
    """Return the tables as the methods see them; a workspace is studied once per goal, which planned tests and the pass share."""

    def made() -> list[Study]:
        return [Study(workspace, examined(dataset, goal)) for dataset in workspace.datasets if dataset.rows > 0 and dataset.columns]

    return workspace.memo(("studies", goal), made)


def _asked_of(studies: list[Study], request: MethodRequest) -> tuple[Study, Params]:
    params = dict(request.params)
    name = params.pop("dataset", None)
    return next(study for study in studies if name in (None, study.dataset.name)), params


def _key(study: Study, method: str, params: Params) -> str:
    return canonical_json([study.dataset.name, method, params])


class _Bench:
    """Runs tests and keeps what came of them; the same test is run once, and one in `done` has been."""

    def __init__(self, done: Mapping[str, Candidate | None]) -> None:
        self.tested: list[Tested] = []
        self._done = done
        self._seen: set[str] = set()

    def run(self, study: Study, interest: Interest, method: str, params: Params, hypothesis: str | None = None) -> None:
        key = _key(study, method, params)
        if key in self._seen:
            return
        self._seen.add(key)
        candidate = self._done[key] if key in self._done else method_named(method).test(study, params)
        if candidate is not None:
            self.tested.append(Tested(study, interest, candidate, hypothesis))

    def sharpen(self, study: Study, interest: Interest) -> None:
        self.tested = [replace(t, interest=interest) if t.study is study else t for t in self.tested]

    def of(self, study: Study) -> list[Candidate]:
        return [t.candidate for t in self.tested if t.study is study]


def _run(
    studies: list[Study],
    interests: list[Interest],
    plan: list[MethodRequest],
    done: Mapping[str, Candidate | None],
    on_progress: Progress | None,
) -> list[Tested]:
    bench = _Bench(done)
    pairs = list(zip(studies, interests, strict=True))
    interest_of = {id(study): interest for study, interest in pairs}
    for request in plan:
        study, params = _asked_of(studies, request)
        bench.run(study, interest_of[id(study)], request.method, params, request.hypothesis_id)
    steps = [(study, interest, method) for study, interest in pairs for method in METHODS]
    for place, (study, interest, method) in enumerate(steps):
        if on_progress is not None:
            on_progress(place, len(steps) + 1, method.title)
        for params in method.proposals(study, interest):
            bench.run(study, interest, method.name, params)
    if on_progress is not None:
        on_progress(len(steps), len(steps) + 1, "Looking inside what stands out")
    for study, interest in pairs:
        bench.sharpen(study, _look_inside(bench, study, interest))
    if on_progress is not None:
        on_progress(len(steps) + 1, len(steps) + 1, "Adjusting for the number of tests")
    return bench.tested


def _look_inside(bench: _Bench, study: Study, interest: Interest) -> Interest:
    def promise(candidate: Candidate) -> float:
        return merit(study, interest, candidate, Outcome(candidate.p_value, 1.0, significant=True))

    found = focuses(study, interest, bench.of(study), promise)
    for focus in found:
        for method, params in follow_ups(study, interest, focus, kin_of(study)):
            bench.run(study, interest, method, params)
    return sharpened(interest, found)


def outcome_of(candidate: Candidate, q_value: float | None) -> Outcome:
    """Return whether a candidate counts, given its adjusted p value."""
    p = candidate.p_value
    adjustment = 1.0 if p is None or q_value is None or p <= 0 else q_value / p
    return Outcome(q_value, adjustment, q_value is not None and q_value <= ALPHA and candidate.effect >= SMALL)


def _decide(tested: list[Tested]) -> list[Decided]:
    adjusted = iter(benjamini_hochberg([t.candidate.p_value for t in tested if t.candidate.p_value is not None]))
    decided = []
    for t in tested:
        outcome = outcome_of(t.candidate, None if t.candidate.p_value is None else next(adjusted))
        worth, named = merit(t.study, t.interest, t.candidate, outcome), looks_inside_named(t.interest, t.candidate.params)
        decided.append(Decided(t.study, t.candidate, outcome, worth, t.hypothesis_id, named))
    return decided


def _shown(decided: list[Decided]) -> list[Decided]:
    """Drop what may not be said: no effect, no description, no absence the test could have noticed; and crude orders that reverse."""
    turned = {_order(d) for d in decided if d.candidate.method == "reversal" and d.outcome.significant}
    sayable = [d for d in decided if d.hypothesis_id or (_sayable(d) and not (d.candidate.method == "level" and _order(d) in turned))]
    told: dict[tuple[object, ...], Decided] = {}
    for d in sayable:
        held = told.setdefault(_rows_and_result(d), d)
        if not d.hypothesis_id and (held.hypothesis_id or _breadth(d) < _breadth(held)):
            told[_rows_and_result(d)] = d
    return [d for d in sayable if d.hypothesis_id or told[_rows_and_result(d)] is d]


def _rows_and_result(d: Decided) -> tuple[object, ...]:
    """What makes two results one: the same test of the same things with the same outcome, whatever narrowing leaves the same rows."""
    c = d.candidate
    params = canonical_json({name: value for name, value in c.params.items() if name != "where"})
    if c.p_value is None:
        params += canonical_json(c.params.get("where"))
    return (id(d.study), c.method, params, c.p_value, round(c.effect, 12), round(c.coverage, 12))


def _breadth(d: Decided) -> tuple[int, str]:
    where = d.candidate.params.get("where") or {}
    return len(where), canonical_json(where)


def _sayable(d: Decided) -> bool:
    tested = d.candidate.p_value is not None
    if tested and d.candidate.silent:
        return d.outcome.significant
    return d.candidate.describes or not d.outcome.undecided(d.candidate)


def _order(d: Decided) -> tuple[int, str, str]:
    return id(d.study), str(d.candidate.params.get("measure")), str(d.candidate.params.get("by"))


def _written(d: Decided, score: float) -> Finding | None:
    finding = _say(method_named(d.candidate.method), d.study, d.candidate, d.outcome)
    if finding is None:
        return None
    chart = vega_lite(finding.exhibit) if finding.exhibit else None
    return finding.model_copy(update={"score": score, "chart": chart, "hypothesis_id": d.hypothesis_id})


def _described(dataset: Dataset, joins: list[str]) -> DatasetInfo:
    return DatasetInfo(
        name=dataset.name,
        source=dataset.source,
        sha256=dataset.sha256,
        rows=dataset.rows,
        columns=[c.name for c in dataset.columns],
        notes=[note.sentence for note in dataset.notes] + joins,
    )


def _gaps(goal: str, workspace: Workspace, studies: list[Study]) -> list[Gap]:
    cuts = [cut for study in studies for cut in study.cuts.values()]
    return [
        Gap(
            question=f"What the data say about {word}",
            missing=[word],
            why="The goal names it, and no column or value of the data carries it.",
        )
        for word in missing_from(goal, workspace.datasets, cuts)
    ]
