"""What is deleted goes after its grace, what nobody names goes after a day, and nothing else goes."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from services.identity.actor import Actor
from services.solving import retention
from services.solving.problems.intake import Upload, prepare_uploads
from services.solving.problems.service import ProblemDraft, create_problem, delete_problem
from shared.db import transaction
from shared.kit.clock import now
from shared.storage import get_object_store
from tests.fixtures.runs import problem, rows


def test_a_deleted_problem_stays_for_its_grace_and_then_goes_everywhere(actor: Actor) -> None:
    kept, gone = problem(actor), problem(actor)
    with transaction() as session:
        delete_problem(session, actor, kept)
        delete_problem(session, actor, gone)
        session.execute(text("UPDATE solving.problems SET deleted_at = now() - interval '31 days' WHERE id = :id"), {"id": gone})
    with transaction() as session:
        assert retention.retain(session) == 1
    left = {row[0] for row in rows("SELECT id FROM solving.problems WHERE id IN (:kept, :gone)", kept=kept, gone=gone)}
    assert left == {kept}
    erased = rows("SELECT body->>'problem_id' FROM platform.outbox WHERE body->>'aspect' = 'erase'")
    assert erased == [(str(gone),)]


def test_what_was_completed_a_year_ago_is_archived(actor: Actor) -> None:
    old, new = problem(actor, start=False), problem(actor, start=False)
    with transaction() as session:
        done = "UPDATE solving.problems SET status = 'completed', completed_at = now() - CAST(:age AS interval) WHERE id = :id"
        session.execute(text(done), {"id": old, "age": "366 days"})
        session.execute(text(done), {"id": new, "age": "364 days"})
    with transaction() as session:
        retention.retain(session)
    archived = rows("SELECT id FROM solving.problems WHERE id IN (:old, :new) AND archived_at IS NOT NULL", old=old, new=new)
    assert archived == [(old,)]


def test_only_objects_that_nobody_names_and_that_are_old_enough_go(actor: Actor, tmp_path: Path) -> None:
    store = get_object_store()
    file = tmp_path / "kept.csv"
    file.write_text("a,b\n1,2\n3,4\n")
    prepared = prepare_uploads(store, actor, [Upload("kept.csv", file)])
    with transaction() as session:
        create_problem(session, actor, ProblemDraft("Costs rose"), prepared)
    orphan = store.put(actor.organization_id, b"written, and then the process died")
    soon = now() + timedelta(minutes=1)
    assert orphan.key in {one.key for one in retention.orphans(store, before=soon)}
    assert retention.remove_orphans(store) == 0, "it is younger than a day"
    assert retention.remove_orphans(store, before=soon) >= 1
    assert {prepared[0].stored.key, prepared[0].tables[0].parquet_key} <= {one.key for one in store.list(actor.organization_id)}
    assert orphan.key not in {one.key for one in store.list(actor.organization_id)}
    assert retention.dangling(store) == []
