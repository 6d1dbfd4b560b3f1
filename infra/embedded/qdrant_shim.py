"""Qdrant's REST protocol over qdrant-client's local mode, for one machine: `python -m infra.embedded.qdrant_shim PORT FOLDER KEY_FILE`.

Local mode locks its folder to one process; this small server lets every process of the platform use it through the same client, URL and
key as a real Qdrant. Bodies are parsed by the client's own models. One lock: local mode is not thread safe.
"""

import secrets
import sys
from collections.abc import Awaitable, Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, get_args

import uvicorn
from fastapi import Body, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from qdrant_client.http import models
from qdrant_client.local.qdrant_local import QdrantLocal
from starlette.datastructures import Headers

_OPEN_PATHS = {"/healthz", "/readyz", "/livez"}


def create_app(folder: Path, api_key: str) -> FastAPI:
    """Return the server over the points kept in `folder`. Every request but the health probes needs the header `api-key`."""
    lock = Lock()
    store = QdrantLocal(str(folder), force_disable_check_same_thread=True)
    app = FastAPI(title="qdrant", docs_url=None, redoc_url=None, openapi_url=None)

    def exclusive() -> Iterator[QdrantLocal]:
        with lock:
            yield store

    Store = Annotated[QdrantLocal, Depends(exclusive)]  # noqa: N806 (a type, named as one)

    @app.middleware("http")
    async def authenticate(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.url.path in _OPEN_PATHS or _knows(request.headers, api_key):
            return await call_next(request)
        return JSONResponse({"status": {"error": "Must provide an API key"}}, status_code=401)

    @app.exception_handler(ValueError)
    async def refuse(_request: Request, error: ValueError) -> JSONResponse:
        missing = "not found" in str(error).lower()
        return JSONResponse({"status": {"error": str(error)}, "time": 0.0}, status_code=404 if missing else 400)

    _service_routes(app)
    _collection_routes(app, Store)
    _write_routes(app, Store)
    _read_routes(app, Store)
    return app


def _knows(headers: Headers, api_key: str) -> bool:
    given = headers.get("api-key") or headers.get("authorization", "").removeprefix("Bearer ")
    return secrets.compare_digest(given.encode(), api_key.encode())


def _result(value: object) -> dict[str, Any]:
    """Wrap a value as Qdrant does."""
    return {"result": _plain(value), "status": "ok", "time": 0.0}


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _service_routes(app: FastAPI) -> None:
    @app.get("/")
    def about() -> dict[str, str]:
        return {"title": "qdrant - vector search engine (local mode)", "version": version("qdrant-client")}

    for path in sorted(_OPEN_PATHS):
        app.add_api_route(path, lambda: "ok")


def _collection_routes(app: FastAPI, Store: Any) -> None:  # noqa: N803 (a type, named as one)
    @app.get("/collections")
    def collections(store: Store) -> dict[str, Any]:
        return _result(store.get_collections())

    @app.get("/collections/{name}")
    def collection(name: str, store: Store) -> dict[str, Any]:
        return _result(store.get_collection(name))

    @app.get("/collections/{name}/exists")
    def exists(name: str, store: Store) -> dict[str, Any]:
        return _result({"exists": store.collection_exists(name)})

    @app.put("/collections/{name}")
    def create(name: str, body: models.CreateCollection, store: Store) -> Response:
        if store.collection_exists(name):
            return JSONResponse({"status": {"error": f"Wrong input: Collection `{name}` already exists!"}}, status_code=409)
        made = store.create_collection(name, vectors_config=body.vectors, sparse_vectors_config=body.sparse_vectors)
        return JSONResponse(_result(made))

    @app.delete("/collections/{name}")
    def delete(name: str, store: Store) -> dict[str, Any]:
        return _result(store.delete_collection(name))

    @app.put("/collections/{name}/index")
    def index(name: str, body: models.CreateFieldIndex, store: Store) -> dict[str, Any]:
        """Local mode scans every point, so an index is accepted and changes nothing but speed elsewhere."""
        store.get_collection(name)
        return _result({"operation_id": 0, "status": "completed", "field_name": body.field_name})


def _write_routes(app: FastAPI, Store: Any) -> None:  # noqa: N803 (a type, named as one)
    @app.put("/collections/{name}/points")
    def upsert(name: str, body: models.PointsBatch | models.PointsList, store: Store) -> dict[str, Any]:
        points = body.batch if isinstance(body, models.PointsBatch) else body.points
        return _result(store.upsert(name, points, update_filter=body.update_filter))

    @app.post("/collections/{name}/points/delete")
    def delete(name: str, store: Store, body: Annotated[models.PointsSelector, Body()]) -> dict[str, Any]:
        return _result(store.delete(name, body))

    @app.post("/collections/{name}/points/payload")
    def set_payload(name: str, body: models.SetPayload, store: Store) -> dict[str, Any]:
        target = models.FilterSelector(filter=body.filter) if body.filter else models.PointIdsList(points=body.points or [])
        return _result(store.set_payload(name, body.payload, target, key=body.key))


def _read_routes(app: FastAPI, Store: Any) -> None:  # noqa: N803 (a type, named as one)
    @app.post("/collections/{name}/points")
    def retrieve(name: str, body: models.PointRequest, store: Store) -> dict[str, Any]:
        return _result(store.retrieve(name, body.ids, with_payload=_or(body.with_payload, True), with_vectors=_or(body.with_vector, False)))

    @app.post("/collections/{name}/points/query")
    def query(name: str, body: models.QueryRequest, store: Store) -> dict[str, Any]:
        return _result(_query(store, name, body))

    @app.post("/collections/{name}/points/query/batch")
    def query_batch(name: str, body: models.QueryRequestBatch, store: Store) -> dict[str, Any]:
        return _result([_query(store, name, one) for one in body.searches])

    @app.post("/collections/{name}/points/scroll")
    def scroll(name: str, body: models.ScrollRequest, store: Store) -> dict[str, Any]:
        points, following = store.scroll(
            name,
            scroll_filter=body.filter,
            limit=_or(body.limit, 10),
            order_by=body.order_by,
            offset=body.offset,
            with_payload=_or(body.with_payload, True),
            with_vectors=_or(body.with_vector, False),
        )
        return _result({"points": _plain(points), "next_page_offset": following})

    @app.post("/collections/{name}/points/count")
    def count(name: str, body: models.CountRequest, store: Store) -> dict[str, Any]:
        return _result(store.count(name, count_filter=body.filter))


def _query(store: QdrantLocal, name: str, body: models.QueryRequest) -> models.QueryResponse:
    # a bare vector or point id means "nearest to it", on the wire as in the client
    wanted = body.query if body.query is None or isinstance(body.query, get_args(models.Query)) else models.NearestQuery(nearest=body.query)
    return store.query_points(
        name,
        query=wanted,
        using=body.using,
        prefetch=body.prefetch,
        query_filter=body.filter,
        limit=_or(body.limit, 10),
        offset=body.offset,
        with_payload=_or(body.with_payload, False),
        with_vectors=_or(body.with_vector, False),
        score_threshold=body.score_threshold,
    )


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def main(arguments: list[str]) -> None:
    """Serve until asked to stop."""
    port, folder, key_file = arguments
    app = create_app(Path(folder), Path(key_file).read_text())
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1:])
