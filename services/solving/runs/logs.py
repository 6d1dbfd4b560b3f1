"""What a step says while it works, each line in a small transaction of its own so that it survives what the step does not."""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.solving.models import ExecutionLog
from services.solving.runs.claim import Claim
from services.solving.storable import storable, storable_text
from shared.db import transaction

_LONGEST = 4_000
_log = structlog.get_logger(__name__)


def say(claimed: Claim, level: str, message: str, **metadata: Any) -> None:
    """Write one line of an execution's log. A line that cannot be written is told to the process's own log, never raised."""
    line = {
        "organization_id": claimed.organization_id,
        "execution_id": claimed.execution_id,
        "level": level,
        "message": storable_text(message)[:_LONGEST],
        "metadata_": storable(metadata),
    }
    try:
        with transaction() as session:
            session.execute(insert(ExecutionLog).values(line))
    except Exception as error:  # noqa: BLE001 (a log line must never fail a step)
        _log.warning("log_line_not_written", execution_id=str(claimed.execution_id), reason=str(error))


def lines(session: Session, execution_id: UUID, *, after_id: int = 0, limit: int = 500) -> list[ExecutionLog]:
    """Return the lines of an execution after an id, in order."""
    query = select(ExecutionLog).where(ExecutionLog.execution_id == execution_id, ExecutionLog.id > after_id)
    return list(session.scalars(query.order_by(ExecutionLog.id).limit(limit)))
