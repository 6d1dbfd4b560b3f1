"""Hand in a bundled problem as anybody would hand in their own."""

from uuid import UUID

from services.identity.actor import Actor
from services.solving.problems import service
from services.solving.problems.intake import Upload, prepare_uploads
from services.solving.samples.catalogue import sample
from shared.db import transaction
from shared.storage import get_object_store


def submit_sample(actor: Actor, name: str) -> UUID:
    """Create a problem from a bundled one and return its id. Raises SampleNotFoundError."""
    chosen = sample(name)
    prepared = prepare_uploads(get_object_store(), actor, [Upload(path.name, path) for path in chosen.files])
    draft = service.ProblemDraft(chosen.text, chosen.title, metadata={"sample": chosen.name})
    with transaction() as session:
        return service.create_problem(session, actor, draft, prepared).id
