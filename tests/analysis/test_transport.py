"""A test that ran elsewhere counts as if it had run here: candidates travel bit for bit, and nothing but data travels."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.analysis.findings import MethodRequest
from services.analysis.goal import interest_in
from services.analysis.insights import analyze, run_requests
from services.analysis.methods import METHODS
from services.analysis.sources import open_dataset
from services.analysis.study import Study
from services.analysis.transport import UntransportableError, from_text, to_text
from services.analysis.workspace import Workspace
from services.solving.samples import catalogue
from tests.solving.analysts import runs

GOAL = "bring the cost and the time to close down"


@contextmanager
def _data(*files: Path) -> Iterator[Workspace]:
    with Workspace([dataset for file in files for dataset in open_dataset(file)]) as workspace:
        yield workspace


def _proposed(workspace: Workspace) -> list[MethodRequest]:
    """Return every test that any method proposes for the data."""
    requests = []
    for dataset in workspace.datasets:
        study = Study(workspace, dataset)
        interest = interest_in(GOAL, dataset, study.cuts.values())
        for method in METHODS:
            requests += [
                MethodRequest(method=method.name, params={"dataset": dataset.name, **params}, hypothesis_id="A1")
                for params in method.proposals(study, interest)
            ]
    return requests


@pytest.mark.parametrize("sample", ["tickets", "saas", "retail"])
def test_tests_that_ran_elsewhere_give_the_same_findings_to_the_byte(sample: str, tmp_path: Path) -> None:
    files = [runs.tickets(tmp_path)] if sample == "tickets" else catalogue.sample(sample).files
    with _data(*files) as elsewhere:
        requests = _proposed(elsewhere)
        texts = {key: None if one is None else to_text(one) for key, one in run_requests(elsewhere, GOAL, requests).items()}
    assert len({request.method for request in requests}) >= 10
    with _data(*files) as here:
        whole = analyze(here, GOAL, plan=requests)
    with _data(*files) as here:
        done = {key: None if text is None else from_text(text) for key, text in texts.items()}
        joined = analyze(here, GOAL, plan=requests, done=done)
    assert joined.model_dump_json() == whole.model_dump_json()
    assert whole.tests_run > 20


def test_every_kind_of_value_comes_back_as_it_was(tmp_path: Path) -> None:
    with _data(runs.tickets(tmp_path)) as workspace:
        for candidate in run_requests(workspace, GOAL, _proposed(workspace)).values():
            if candidate is not None:
                text = to_text(candidate)
                assert to_text(from_text(text)) == text
                assert "\x00" not in text


@pytest.mark.parametrize(
    "held",
    [
        {"r": ["subprocess:Popen", [["args", "ls"]]]},
        {"r": ["services.analysis.transport:to_text", []]},
        {"r": ["services.analysis.workspace:Workspace", [["datasets", []]]]},
        {"r": ["services.analysis.transport:importlib.import_module", [["name", "os"]]]},
        {"e": ["services.analysis.findings:Finding", 1]},
        {"x": 1},
        {"t": [1, 2]},
        "words",
    ],
)
def test_a_text_brings_nothing_to_life_but_records_of_the_engine(held: object) -> None:
    with pytest.raises(UntransportableError):
        from_text(json.dumps(held))


def test_what_is_no_data_does_not_travel() -> None:
    from services.analysis.methods.contract import Candidate

    class Local:
        pass

    for detail in (Local(), open, object(), Path()):
        candidate = Candidate("level", {}, (), None, 0.0, 1.0, (), detail)
        with pytest.raises(UntransportableError):
            to_text(candidate)
