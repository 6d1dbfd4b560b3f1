"""The tables of states: every pair is either a move or a named refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.solving.errors import IllegalTransitionError
from services.solving.runs.transitions import (
    EXECUTION_MOVES,
    RESTING,
    RUN_MOVES,
    WORKING,
    ExecutionStatus,
    Move,
    ProblemMove,
    RunMove,
    RunStatus,
    execution_after,
    problem_after,
    run_after,
)
from services.solving.steps.contract import StepName
from services.solving.steps.registry import STEPS

SEED_STATUSES = {
    *("created", "framing", "tree_generation", "prioritizing", "planning", "analyzing", "synthesizing", "presenting"),
    *("completed", "failed", "cancelled"),
}


def test_the_vocabulary_is_the_seeds() -> None:
    assert set(WORKING) | RESTING == SEED_STATUSES


@given(st.sampled_from(ExecutionStatus), st.sampled_from(Move))
def test_an_execution_moves_by_the_table_or_not_at_all(status: ExecutionStatus, move: Move) -> None:
    if (status, move) in EXECUTION_MOVES:
        assert execution_after(status, move) in ExecutionStatus
    else:
        with pytest.raises(IllegalTransitionError, match=f"is {status} cannot"):
            execution_after(status, move)


@given(st.sampled_from(RunStatus), st.sampled_from(RunMove))
def test_a_run_moves_by_the_table_or_not_at_all(status: RunStatus, move: RunMove) -> None:
    if (status, move) in RUN_MOVES:
        assert run_after(status, move) in RunStatus
    else:
        with pytest.raises(IllegalTransitionError):
            run_after(status, move)


def test_what_is_completed_stays_completed() -> None:
    assert not [move for status, move in EXECUTION_MOVES if status is ExecutionStatus.COMPLETED]
    assert not [move for status, move in RUN_MOVES if status is RunStatus.COMPLETED]


@given(st.lists(st.tuples(st.sampled_from(ProblemMove), st.sampled_from(StepName)), max_size=30))
def test_a_problem_never_leaves_the_vocabulary(moves: list[tuple[ProblemMove, StepName]]) -> None:
    status = "created"
    for move, step in moves:
        try:
            after = problem_after(status, move, step)
        except IllegalTransitionError:
            continue
        assert after in SEED_STATUSES
        if after == "completed":
            assert status == "presenting"
        if after == "failed":
            assert status in WORKING
        status = after


def test_the_seven_steps_in_order_complete_a_problem() -> None:
    status = "created"
    for step in STEPS:
        status = problem_after(status, ProblemMove.ENTER, step.name)
        assert status == step.problem_status
    assert problem_after(status, ProblemMove.COMPLETE) == "completed"
