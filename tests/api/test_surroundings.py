"""What surrounds every request: errors in one shape, ids, headers, limits, and the pages that need no store."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import Body
from sqlalchemy.exc import OperationalError

from services.api.app import create_app
from services.api.errors import STATUS
from services.api.markup import Markup, tag
from services.api.pages.errors import catalogue, error_page
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.kit.value import Value
from shared.settings import Settings, child_environment, configured
from tests.fixtures.server import serving


class SampleError(SevenStepsError):
    """An error of every kind in turn."""

    code = "sample_error"


class Order(Value):
    """A body with two fields."""

    name: str
    amount: int


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    app = create_app(Settings(api_max_upload_mb=1))

    @app.get("/raise/{kind}")
    def raise_kind(kind: ErrorKind) -> None:
        error = type("KindError", (SampleError,), {"kind": kind})
        raise error("Something is wrong with the thing.", field="thing", status="not the member")

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError("secret detail")

    @app.get("/database")
    def database() -> None:
        raise OperationalError("select 1", {}, Exception("connection refused"))

    @app.post("/orders")
    def order(order: Order) -> Order:
        return order

    @app.post("/raw")
    def raw(body: Any = Body(...)) -> int:  # noqa: B008
        return len(str(body))

    with serving(app) as found:
        yield found


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_every_kind_of_error_is_problem_json(client: httpx.Client, kind: ErrorKind) -> None:
    answer = client.get(f"/raise/{kind}")
    body = answer.json()
    assert answer.status_code == STATUS[kind] == body["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["code"] == "sample_error"
    assert body["type"] == "/problems/sample_error"
    assert body["detail"] == "Something is wrong with the thing."
    assert body["field"] == "thing"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert ("retry-after" in answer.headers) is (kind is ErrorKind.UNAVAILABLE)


def test_the_table_covers_every_kind() -> None:
    assert set(STATUS) == set(ErrorKind)


def test_a_crash_tells_nothing_but_its_request_id(client: httpx.Client) -> None:
    answer = client.get("/crash", headers={"X-Request-ID": "my-own-request"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "my-own-request"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_database_that_is_away_is_503_with_retry_after(client: httpx.Client) -> None:
    answer = client.get("/database")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_validation_speaks_the_same_shape_with_the_fields(client: httpx.Client) -> None:
    answer = client.post("/orders", json={"name": 3})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {error["path"] for error in answer.json()["errors"]} == {"body.name", "body.amount"}


def test_malformed_json_is_400(client: httpx.Client) -> None:
    answer = client.post("/orders", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/healthz", 405)])
def test_routing_errors_are_problem_json(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_declared_length_over_the_limit_is_refused(client: httpx.Client) -> None:
    answer = client.post("/raw", content=b"x" * 1_000_001, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["code"] == "request_too_large"


def test_an_undeclared_length_over_the_limit_is_refused(client: httpx.Client) -> None:
    answer = client.post("/raw", content=iter([b"x" * 600_000] * 2), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("asked", ["", "short", "with space here", "a" * 65, "<script>alert</script>"])
def test_a_request_id_that_is_no_token_is_replaced(client: httpx.Client, asked: str) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": asked}).headers["x-request-id"]
    assert re.fullmatch(r"req_[0-9a-f]{16}", given)


def test_a_foreign_host_name_is_refused(client: httpx.Client) -> None:
    answer = client.get("/healthz", headers={"Host": "rebound.example"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_host"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_may_not_write(client: httpx.Client, site: str) -> None:
    answer = client.post("/orders", json={"name": "a", "amount": 1}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert client.get("/healthz", headers={"Sec-Fetch-Site": site}).status_code == 200


def test_every_answer_carries_a_strict_policy(client: httpx.Client) -> None:
    for path in ("/healthz", "/docs", "/nowhere", "/static/pages.css"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_without_stores_the_platform_lives_but_is_not_ready(client: httpx.Client) -> None:
    nothing = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "NEO4J_URI", "QDRANT_URL", "S3_ENDPOINT_URL"), "")
    with configured(nothing):
        assert client.get("/healthz").json() == {"status": "ok"}
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert {store["name"] for store in answer.json()["stores"]} == {"postgres", "redis", "objects", "graph", "vectors"}


def test_metrics_count_requests_by_route_and_not_by_address(client: httpx.Client) -> None:
    client.get("/raise/invalid")
    client.get("/raise/not_found")
    told = client.get("/metrics").text
    assert 'sevensteps_requests_total{method="GET",route="/raise/{kind}",status="422"}' in told
    assert "/raise/not_found" not in told


def test_the_reference_needs_nothing_from_outside(client: httpx.Client) -> None:
    told = client.get("/docs").text
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", told) == []
    assert "<script" not in told
    assert "/readyz" in told


def test_the_openapi_document_is_complete(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["operationId"], f"{method} {path}"
            assert "application/problem+json" in operation["responses"]["default"]["content"], f"{method} {path}"
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


def test_the_type_of_an_error_leads_to_a_page_that_explains_it(client: httpx.Client) -> None:
    answer = client.get("/problems/problem_not_found")
    assert answer.status_code == 200
    assert "no such problem" in answer.text
    assert client.get("/problems/no_such_code").status_code == 404


def test_every_named_error_has_its_page() -> None:
    for code in catalogue():
        assert error_page(code), code


def test_markup_escapes_what_comes_from_people() -> None:
    assert tag("p", "<b>&\"'") == "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"
    assert tag("a", Markup("<b>x</b>"), href='"><script>') == '<a href="&quot;&gt;&lt;script&gt;"><b>x</b></a>'
    assert tag("input", disabled=True, class_="a", hidden=None) == '<input disabled class="a">'


def test_the_api_starts_without_the_engines() -> None:
    heavy = ("scipy", "statsmodels", "pptx", "typst", "neo4j", "qdrant_client", "celery", "pandas")
    code = f"import sys, services.api.app; print([n for n in {heavy} if n in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=child_environment({}))
    assert said.stdout.strip() == "[]"
