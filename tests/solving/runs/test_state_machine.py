"""Whatever order people, workers, zombies and crashes act in: the rows say what a plain model of a run says."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, update

from services.identity.actor import Actor
from services.identity.local import LOCAL_ACTOR
from services.solving.errors import IllegalTransitionError, LeaseLostError, RunActiveError, RunNotFoundError
from services.solving.models import Execution
from services.solving.runs import claim as claims
from services.solving.runs import failure, service, sweep
from services.solving.runs.claim import MOST_ATTEMPTS, Claim
from services.solving.runs.gather import gathered
from services.solving.runs.record import record
from services.solving.steps.contract import StepName, silent
from services.solving.steps.registry import STEP_BY_NAME, STEPS
from shared.db import transaction
from tests.fixtures.runs import problem, rows
from tests.solving.scripted import ScriptedAnalyst, ScriptedRefusalError

ORDER = list(StepName)
STEP = st.sampled_from(range(len(ORDER)))


class RunMachine(RuleBasedStateMachine):
    """A problem, its runs, and every claim ever handed out."""

    analyst: ClassVar[ScriptedAnalyst] = ScriptedAnalyst()

    @initialize()
    def begin(self) -> None:
        self.actor: Actor = LOCAL_ACTOR
        self.problem_id: UUID = problem(self.actor, start=False)
        self.run = "none"
        self.steps: list[str] = []
        self.attempts: list[int] = []
        self.ids: list[UUID] = []
        self.holders: dict[UUID, Claim] = {}
        self.claims: list[Claim] = []
        self.effects = 0
        self.problem = "created"

    @precondition(lambda self: self.run != "running" or len(self.claims) % 5 == 4)
    @rule()
    def start(self) -> None:
        try:
            with transaction() as session:
                run = service.start_run(session, self.actor, self.problem_id)
                self.ids = [one.id for one in service.executions_of(session, run)]
        except RunActiveError:
            assert self.run == "running"
            return
        assert self.run != "running"
        self.run, self.steps, self.attempts = "running", ["queued"] * 7, [0] * 7
        self.problem = STEPS[0].problem_status

    @rule(place=STEP)
    def deliver(self, place: int) -> None:
        """A message arrives: in turn, early, late or twice."""
        if self.ids:
            self.deliver_place(place)

    def deliver_place(self, place: int) -> None:
        taken = claims.claim(self.ids[place])
        turn = self.run == "running" and self.steps[place] == "queued" and set(self.steps[:place]) <= {"completed"}
        assert (taken is not None) == turn
        if taken is not None:
            self._taken(taken, place)

    @precondition(lambda self: bool(set(self.steps) - {"completed"}))
    @rule()
    def deliver_the_next(self) -> None:
        """The message whose turn it is arrives."""
        self.deliver_place(next(place for place, one in enumerate(self.steps) if one != "completed"))

    @precondition(lambda self: self.run == "running" and "running" in self.steps)
    @rule()
    def worker_dies(self) -> None:
        """The owner of the running step is gone; its lease runs out and somebody else takes the step, or it is given up."""
        place = self.steps.index("running")
        with transaction() as session:
            past = update(Execution).where(Execution.id == self.ids[place]).values(lease_until=func.now() - timedelta(seconds=5))
            session.execute(past)
        taken = claims.claim(self.ids[place])
        if self.attempts[place] < MOST_ATTEMPTS:
            assert taken is not None
            self._taken(taken, place)
        else:
            assert taken is None
            sweep._expire_dead_owners()
            self._failed(place)

    @precondition(lambda self: bool(self.claims))
    @rule(data=st.data())
    def record(self, data: st.DataObject) -> None:
        """Some claim, current or long lost, tries to record."""
        mine = data.draw(st.sampled_from(self.claims[-3:]))
        current = self._current(mine)
        with gathered(mine.problem_id, mine.run_id, mine.step, silent) as work:
            result = STEP_BY_NAME[mine.step].decide(self.analyst, work.context) if current else None
        if not current:
            with pytest.raises(LeaseLostError):
                record(mine, _any_result(), "0" * 64)
            return
        assert result is not None
        record(mine, result, work.input_hash)
        place = ORDER.index(mine.step)
        self.steps[place] = "completed"
        self.effects += 1
        if place == 6:
            self.run, self.problem = "completed", "completed"

    @precondition(lambda self: len(self.claims) > 2)
    @rule(data=st.data())
    def refuse(self, data: st.DataObject) -> None:
        """Some claim, current or long lost, reports a final error."""
        mine = data.draw(st.sampled_from(self.claims[-3:]))
        current = self._current(mine)
        if not current:
            with pytest.raises(LeaseLostError):
                failure.settle(mine, ScriptedRefusalError("no"))
            return
        failure.settle(mine, ScriptedRefusalError("no"))
        self._failed(ORDER.index(mine.step))

    @precondition(lambda self: len(self.claims) > 1)
    @rule()
    def cancel(self) -> None:
        try:
            with transaction() as session:
                service.cancel_run(session, self.actor, self.problem_id)
        except IllegalTransitionError:
            assert self.run != "running"
            return
        assert self.run == "running"
        self.run, self.problem = "cancelled", "cancelled"
        self.steps = [one if one == "completed" else "cancelled" for one in self.steps]

    @rule()
    def resume(self) -> None:
        try:
            with transaction() as session:
                service.resume_run(session, self.actor, self.problem_id)
        except (IllegalTransitionError, RunActiveError, RunNotFoundError):
            assert self.run in {"none", "running", "completed"}
            return
        assert self.run in {"failed", "cancelled"}
        self.run = "running"
        self.attempts = [0 if one in {"failed", "cancelled"} else n for one, n in zip(self.steps, self.attempts, strict=True)]
        self.steps = ["queued" if one in {"failed", "cancelled"} else one for one in self.steps]
        self.problem = STEPS[self.steps.index("queued")].problem_status

    @invariant()
    def rows_are_the_model(self) -> None:
        if not hasattr(self, "problem_id"):
            return
        here = {"id": self.problem_id}
        assert rows("SELECT status FROM solving.problems WHERE id = :id", **here) == [(self.problem,)]
        found: list[Any] = rows("SELECT status, epoch FROM solving.runs WHERE problem_id = :id ORDER BY epoch DESC LIMIT 1", **here)
        assert [one.status for one in found] == ([] if self.run == "none" else [self.run])
        if found:
            steps = rows(
                "SELECT status FROM solving.executions WHERE problem_id = :id AND epoch = :e ORDER BY ordinal", e=found[0].epoch, **here
            )
            assert [one.status for one in steps] == self.steps
        assert rows("SELECT count(*) FROM solving.step_outputs WHERE problem_id = :id", **here) == [(self.effects,)]
        told = "SELECT count(*) FROM solving.events WHERE problem_id = :id AND kind = 'step_completed'"
        assert rows(told, **here) == [(self.effects,)]
        gaps = "SELECT max(seq) = count(*) AND min(seq) = 1 FROM solving.events WHERE problem_id = :id"
        assert rows(gaps, **here) == [(True,)]

    def _taken(self, taken: Claim, place: int) -> None:
        self.claims.append(taken)
        self.holders[taken.execution_id] = taken
        self.steps[place] = "running"
        self.attempts[place] += 1
        self.problem = STEPS[place].problem_status

    def _current(self, mine: Claim) -> bool:
        if mine.execution_id not in self.ids:
            return False
        place = self.ids.index(mine.execution_id)
        return self.run == "running" and self.steps[place] == "running" and self.holders[mine.execution_id] is mine

    def _failed(self, place: int) -> None:
        self.steps[place] = "failed"
        self.run, self.problem = "failed", "failed"


def _any_result() -> Any:
    """Stand in for a result that must not be looked at, because the claim is lost."""
    return None


def test_rows_are_what_a_plain_model_says(actor: Actor) -> None:
    assert actor == LOCAL_ACTOR
    run_state_machine_as_test(
        RunMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
