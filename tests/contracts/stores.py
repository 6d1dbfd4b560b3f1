"""How the contract tests keep apart on a store they share."""

import uuid

from graph.tree_model import Scope


def new_scope() -> Scope:
    """Return a problem nobody else has, of an organization nobody else has."""
    return Scope(f"organization-{uuid.uuid4()}", str(uuid.uuid4()))
