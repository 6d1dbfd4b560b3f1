"""What happens to a problem, live: server-sent events that can be taken up again where they broke off.

An event's id is its number in the problem. After the last event of a finished run comes `end`, and a client that reconnects after
having seen everything gets 204, which tells an EventSource to stop.
"""

import json
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from services.identity.actor import Actor
from services.solving import events
from services.solving.endpoints.dependencies import CurrentActor, Limit
from services.solving.endpoints.run_schemas import EventPage, EventView
from services.solving.problems import service
from services.solving.runs import service as runs
from services.solving.runs.transitions import RunStatus
from shared.db import reading

router = APIRouter(prefix="/v1", tags=["events"])
RETRY_MILLISECONDS = 2000
PING_SECONDS = 15.0
_ENDED = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Connection": "keep-alive"}
LastEventId = Annotated[str | None, Header(description="The id of the last event that was seen")]


@router.get("/problems/{problem_id}/history")
def list_events(problem_id: UUID, actor: CurrentActor, after: Annotated[int, Query(ge=0, le=2**62)] = 0, limit: Limit = 200) -> EventPage:
    """Return a problem's events after a number, in order."""
    with reading() as session:
        service.get_problem(session, actor, problem_id)
        items = [_view(row) for row in events.after(session, problem_id, after, limit)]
    return EventPage(items=items, next_after=items[-1].seq if items else after)


@router.get("/problems/{problem_id}/events", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def stream_events(problem_id: UUID, actor: CurrentActor, request: Request, last_event_id: LastEventId = None) -> Response:
    """Follow a problem: first what was missed since Last-Event-ID, then what happens, with a comment as a ping every 15 seconds."""
    last = _number(last_event_id)
    newest, ended = await run_in_threadpool(_standing, actor, problem_id)
    if ended and last >= newest:
        return Response(status_code=204)
    return StreamingResponse(_stream(problem_id, actor, request, last), media_type="text/event-stream", headers=_HEADERS)


async def _stream(problem_id: UUID, actor: Actor, request: Request, last: int) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    async for row in events.follow(problem_id, last, idle=PING_SECONDS):
        if row is None:
            if await request.is_disconnected():
                return
            yield b": ping\n\n"
        else:
            last = row.seq
            yield _frame(row)
        if row is None or row.body.get("run_status") in _ENDED:
            newest, ended = await run_in_threadpool(_standing, actor, problem_id)
            if ended and last >= newest:
                yield b"event: end\ndata: {}\n\n"
                return


def _standing(actor: Actor, problem_id: UUID) -> tuple[int, bool]:
    """Return the number of the newest event and whether the newest run has ended. Raises ProblemNotFoundError, which ends a stream."""
    with reading() as session:
        problem = service.get_problem(session, actor, problem_id)
        newest = runs.list_runs(session, actor, problem_id)[:1]
        return problem.last_seq, bool(newest) and newest[0].status in _ENDED


def _frame(row: events.EventRow) -> bytes:
    data = json.dumps(_view(row).model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    return f"id: {row.seq}\nevent: {row.kind}\ndata: {data}\n\n".encode()


def _view(row: events.EventRow) -> EventView:
    return EventView(problem_id=row.problem_id, seq=row.seq, kind=row.kind, body=row.body, execution_id=row.execution_id, at=row.at)


def _number(last_event_id: str | None) -> int:
    """Return the number in a Last-Event-ID; what is none of ours starts from the beginning."""
    text = (last_event_id or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
