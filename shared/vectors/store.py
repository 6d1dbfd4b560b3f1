"""Vectors on any Qdrant, by its own client over HTTP: every read and every write names its organization.

A projection: it can be dropped and rebuilt from PostgreSQL. A point's id follows from what it stands for, so writing it twice is one point.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
from pydantic import SecretStr
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException

from shared.kit.errors import ErrorKind, SevenStepsError
from shared.settings import get_settings

_TENANT = "organization_id"
_ENTITY = "entity_id"
_SECONDS = 10


class VectorStoreUnavailableError(SevenStepsError):
    """The vector store does not answer, or refuses us."""

    code: ClassVar[str] = "vector_store_unavailable"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


@dataclass(frozen=True)
class Point:
    """One embedded text: what it belongs to, which part of it, the vector, and facts to filter by and to show."""

    organization_id: str
    entity_id: str
    vector: Sequence[float]
    part: int = 0
    payload: Mapping[str, Any] = field(default_factory=dict)

    def identity(self, model: str) -> UUID:
        """Return the id that this text, embedded by `model`, always has."""
        return uuid5(NAMESPACE_URL, f"{self.organization_id}/{self.entity_id}/{self.part}/{model}")


@dataclass(frozen=True)
class Match:
    """A point found, with its cosine similarity (−1 to 1)."""

    entity_id: str
    score: float
    payload: Mapping[str, Any]


class VectorStore:
    """Collections of points. The organization is a parameter of every call, never a filter the caller may forget."""

    def __init__(self, client: QdrantClient) -> None:
        self._client = client

    @classmethod
    def connect(cls, url: str, api_key: str | None = None) -> "VectorStore":
        """Open a store on `url`; nothing is sent yet."""
        # the client warns of a key sent without TLS; on loopback there is nothing to warn of, so there the key is a plain header
        local = (urlsplit(url).hostname or "") in {"127.0.0.1", "::1", "localhost"}
        keys = {"metadata": {"api-key": api_key}} if local and api_key else {"api_key": api_key}
        return cls(QdrantClient(url=url, timeout=_SECONDS, check_compatibility=False, prefer_grpc=False, **keys))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def server_name(self) -> str:
        """Return the server's title and version. Raises VectorStoreUnavailableError."""
        with _named_errors():
            about = self._client.info()
            self._client.get_collections()
        return f"{about.title.partition(' - ')[0]} {about.version}"

    def ensure_collection(self, name: str, dimensions: int) -> None:
        """Create a collection of vectors of that length, compared by cosine, unless it exists.

        Raises VectorStoreUnavailableError; raises ValueError when the collection holds vectors of another length.
        """
        with _named_errors():
            if not self._client.collection_exists(name):
                self._create(name, dimensions)
            vectors = self._client.get_collection(name).config.params.vectors
        if not isinstance(vectors, models.VectorParams) or vectors.size != dimensions:
            raise ValueError(f"The collection {name!r} does not hold vectors of {dimensions} numbers")

    def upsert(self, name: str, points: Sequence[Point], *, model: str) -> None:
        """Write points embedded by `model`, replacing those with the same identity. Raises VectorStoreUnavailableError."""
        if not points:
            return
        structs = [
            models.PointStruct(
                id=str(point.identity(model)),
                vector=list(point.vector),
                payload={**point.payload, _TENANT: point.organization_id, _ENTITY: point.entity_id},
            )
            for point in points
        ]
        with _named_errors():
            self._client.upsert(name, structs, wait=True)

    def search(
        self,
        name: str,
        organization_id: str,
        vector: Sequence[float],
        *,
        limit: int = 10,
        where: Mapping[str, str | int | bool] | None = None,
        minimum: float | None = None,
    ) -> list[Match]:
        """Return the organization's nearest points, best first, whose payload equals `where`. Raises VectorStoreUnavailableError."""
        with _named_errors():
            found = self._client.query_points(
                name,
                query=list(vector),
                query_filter=_filter(organization_id, where),
                limit=limit,
                score_threshold=minimum,
                with_payload=True,
            )
        return [_match(point) for point in found.points]

    def search_many(
        self,
        name: str,
        organization_id: str,
        vectors: Sequence[Sequence[float]],
        *,
        limit: int = 10,
        where: Mapping[str, str | int | bool] | None = None,
        minimum: float | None = None,
        besides: str | None = None,
    ) -> list[list[Match]]:
        """Search for several vectors in one request; the answers come in their order and leave the points of one entity out.

        Raises VectorStoreUnavailableError.
        """
        if not vectors:
            return []
        chosen = _filter(organization_id, where)
        if besides is not None:
            chosen.must_not = [models.FieldCondition(key=_ENTITY, match=models.MatchValue(value=besides))]
        asked = [
            models.QueryRequest(query=list(vector), filter=chosen, limit=limit, score_threshold=minimum, with_payload=True)
            for vector in vectors
        ]
        with _named_errors():
            answers = self._client.query_batch_points(name, asked)
        return [[_match(point) for point in answer.points] for answer in answers]

    def count(self, name: str, organization_id: str, where: Mapping[str, str | int | bool] | None = None) -> int:
        """Return how many points the organization has. Raises VectorStoreUnavailableError."""
        with _named_errors():
            return self._client.count(name, count_filter=_filter(organization_id, where), exact=True).count

    def delete(self, name: str, organization_id: str, entity_ids: Sequence[str] | None = None) -> None:
        """Delete the points of some entities, or all points of the organization. Raises VectorStoreUnavailableError."""
        chosen = _filter(organization_id, None, entity_ids)
        with _named_errors():
            self._client.delete(name, models.FilterSelector(filter=chosen), wait=True)

    def drop(self, name: str) -> None:
        """Delete a whole collection, to rebuild it. Raises VectorStoreUnavailableError."""
        with _named_errors():
            self._client.delete_collection(name)

    def _create(self, name: str, dimensions: int) -> None:
        self._client.create_collection(name, vectors_config=models.VectorParams(size=dimensions, distance=models.Distance.COSINE))
        tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
        self._client.create_payload_index(name, _TENANT, field_schema=tenant)
        self._client.create_payload_index(name, _ENTITY, field_schema=models.PayloadSchemaType.KEYWORD)


def _filter(organization_id: str, where: Mapping[str, str | int | bool] | None, entity_ids: Sequence[str] | None = None) -> models.Filter:
    """Return the filter of one organization: the only place where filters are made."""
    if not organization_id:
        raise ValueError("a search needs an organization")
    wanted = {**(where or {}), _TENANT: organization_id}
    conditions: list[models.Condition] = [
        models.FieldCondition(key=key, match=models.MatchValue(value=value)) for key, value in sorted(wanted.items())
    ]
    if entity_ids is not None:
        conditions.append(models.FieldCondition(key=_ENTITY, match=models.MatchAny(any=list(entity_ids))))
    return models.Filter(must=conditions)


def _match(point: models.ScoredPoint) -> Match:
    payload = dict(point.payload or {})
    payload.pop(_TENANT, None)
    return Match(entity_id=str(payload.pop(_ENTITY, "")), score=point.score, payload=payload)


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except (ApiException, ResponseHandlingException, httpx.HTTPError) as error:
        status = getattr(error, "status_code", None)
        said = f"HTTP status {status}" if status else type(error).__name__
        raise VectorStoreUnavailableError(f"The vector store does not answer: {said}.") from error


@cache
def _open(url: str, api_key: SecretStr | None) -> VectorStore:
    return VectorStore.connect(url, api_key.get_secret_value() if api_key else None)


def get_vector_store() -> VectorStore:
    """Return this process's vector store. Raises StoreNotConfiguredError when there is no QDRANT_URL."""
    settings = get_settings()
    return _open(settings.store("QDRANT_URL"), settings.qdrant_api_key)
