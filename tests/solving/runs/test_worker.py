"""A real worker takes a problem through the seven steps."""

from services.identity.actor import Actor
from tests.fixtures.runs import Workers, assert_each_step_took_effect_once, completed, eventually, problem, rows


def test_a_worker_completes_problems(actor: Actor, workers: Workers) -> None:
    ids = [problem(actor) for _ in range(5)]
    workers.start()
    eventually(lambda: completed(ids), 30)
    assert_each_step_took_effect_once(ids)
    assert rows("SELECT status FROM solving.runs WHERE problem_id = :id", id=ids[0]) == [("completed",)]
