"""What is shown first: answers to the goal, and no story twice. Tables of our own, with planted truths."""

from collections.abc import Iterator

import numpy as np
import pytest

from services.analysis.goal import Interest, interest_in
from services.analysis.insights import analyze
from services.analysis.ranking import looks_inside_named
from services.analysis.study import Study
from services.analysis.tables import Workspace, open_dataset

FACULTIES = ["Botany", "Civics", "Drama", "Ethics", "Fluids"]


@pytest.fixture(scope="module")
def grants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Applications: Drama sends most, Ethics waits longest, the open programme and Civics are denied more often, Botany asks for most."""
    rng, rows = np.random.default_rng(41), ["application,received,ruled,faculty,programme,referee,verdict,requested,mark"]
    for i in range(700):
        faculty = str(rng.choice(FACULTIES, p=[0.18, 0.18, 0.28, 0.18, 0.18]))
        programme, referee = str(rng.choice(["Open", "Bridge", "Seed"])), str(rng.choice(["Noor", "Otis", "Page", "Quin"]))
        denied = 0.2 + 0.25 * (programme == "Open") + 0.3 * (faculty == "Civics")
        verdict = str(rng.choice(["Funded", "Denied", "Revise"], p=[0.85 - denied, denied, 0.15]))
        day = int(rng.integers(0, 480))
        received = np.datetime64("2023-01-01") + day
        ruled = received + max(1, int(rng.normal(20 + 9 * (faculty == "Ethics"), 6)))
        asked = rng.lognormal(8, 0.5) * (1.7 if faculty == "Botany" else 1)
        rows.append(f"G{i:04},{received},{ruled},{faculty},{programme},{referee},{verdict},{asked:.0f},{rng.normal(60, 9):.1f}")
    path = tmp_path_factory.mktemp("grants") / "grants.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with Workspace(open_dataset(path)) as workspace:
        yield workspace


def test_the_count_inside_the_state_that_the_goal_names_is_among_the_first(grants: Workspace) -> None:
    found = analyze(grants, "Understand which faculty gets denied most often").findings
    places = [
        i for i, f in enumerate(found) if f.method == "frequency" and f.by == ["faculty"] and f.params["where"] == {"verdict": "Denied"}
    ]
    assert places
    assert places[0] < 15
    assert found[places[0]].entities == {"verdict": "Denied", "faculty": "Civics"}


@pytest.mark.parametrize(
    ("goal", "method", "measure", "by", "leader"),
    [
        ("Which faculty waits longest until its applications are ruled", "level", "duration(received -> ruled)", "faculty", "Ethics"),
        ("Does the programme matter for being denied", "level", "rate(verdict=Denied)", "programme", "Open"),
        ("Which faculty asks for the most requested money", "level", "requested", "faculty", "Botany"),
        ("Which faculty sends most applications", "frequency", "count", "faculty", "Drama"),
    ],
)
def test_what_was_asked_comes_before_the_rest(grants: Workspace, goal: str, method: str, measure: str, by: str, leader: str) -> None:
    first = analyze(grants, goal).findings[:5]
    assert [f for f in first if (f.method, f.measure, f.by) == (method, measure, [by]) and f.entities.get(by) == leader]


def test_another_state_of_the_same_status_does_not_take_the_next_place(grants: Workspace) -> None:
    found = analyze(grants, "how do verdicts differ").findings
    told = [
        i for i, f in enumerate(found) if f.method == "level" and f.by == ["programme"] and (f.measure or "").startswith("rate(verdict=")
    ]
    assert told[0] < 3
    assert told[1] > 5


def test_only_groups_that_the_goal_names_count_as_asked_about() -> None:
    interest = Interest("denied", ("denied",), values={"verdict": {"Denied": 1.0}, "faculty": {"Drama": 0.5}})
    assert looks_inside_named(interest, {"where": {"verdict": "Denied"}})
    assert looks_inside_named(interest, {"where": {"verdict": ["Denied", "Revise"]}})
    assert not looks_inside_named(interest, {"where": {"verdict": "Denied", "faculty": "Drama"}})
    assert not looks_inside_named(interest, {"where": {}})
    assert not looks_inside_named(interest, {})


@pytest.mark.parametrize(("goal", "sure"), [("the denied applications", 1.0), ("who denies most", 0.5), ("what referees earn", 0.0)])
def test_a_word_of_another_form_means_the_activity_more_than_the_group(grants: Workspace, goal: str, sure: float) -> None:
    study = Study(grants, grants.datasets[0])
    assert interest_in(goal, study.dataset, study.cuts.values()).value("verdict", "Denied") == sure
