"""The web front end: one page for all its paths, its files beside it. What is not one of its paths is never answered with it."""

import secrets

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.api.markup import page, tag
from services.api.middleware import policy
from services.web import BUILT

router = APIRouter(include_in_schema=False)
SCREENS = ("frame", "tree", "priorities", "plan", "analysis", "synthesis", "deck", "history")
PATHS = ("/", "/problems", "/problems/new", "/problems/{problem_id:uuid}", *(f"/problems/{{problem_id:uuid}}/{name}" for name in SCREENS))
_NONCE = "__STYLE_NONCE__"


class _Forever(StaticFiles):
    """Files whose name holds the hash of what is in them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file that a browser never has to ask for again."""
        found = await super().get_response(path, scope)
        if found.status_code == 200:
            found.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return found


def show_front_end() -> HTMLResponse:
    """Return the page of the front end. Its style sheets made at run time carry a nonce that no other page knows."""
    index = BUILT / "index.html"
    if not index.is_file():
        said = tag("p", "The web front end is not built here. Run ", tag("code", "make setup"), " and start again.")
        return HTMLResponse(page("Not built", tag("h1", "Seven Steps to Poem"), said), status_code=503)
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": policy(nonce), "Cache-Control": "no-cache"}
    return HTMLResponse(index.read_text("utf-8").replace(_NONCE, nonce), headers=headers)


for _path in PATHS:
    router.add_api_route(_path, show_front_end, response_class=HTMLResponse, name=f"front_end:{_path}")


def install(app: FastAPI) -> None:
    """Add the front end's page and files to the application."""
    app.include_router(router)
    app.mount("/assets", _Forever(directory=BUILT / "assets", check_dir=False), name="assets")
