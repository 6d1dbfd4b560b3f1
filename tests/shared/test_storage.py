"""The object store's promises, on the embedded S3 server."""

import io
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.storage import CorruptObjectError, ObjectNotFoundError, ObjectStoreUnavailableError, S3ObjectStore
from shared.storage.objects import ObjectStore, object_key


@pytest.fixture
def organization() -> str:
    return str(uuid4())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=5000))
def test_what_is_put_comes_back(s3: S3ObjectStore, data: bytes) -> None:
    store: ObjectStore = s3
    stored = store.put("property", data)
    assert store.get(stored.key) == data
    assert stored.size == len(data)


def test_the_same_bytes_are_one_object_and_organizations_do_not_meet(s3: S3ObjectStore, organization: str) -> None:
    first, second, other = s3.put(organization, b"same"), s3.put(organization, b"same"), s3.put(f"{organization}2", b"same")
    assert first == second
    assert first.key == f"{organization}/{first.sha256}"
    assert [found.key for found in s3.list(organization)] == [first.key]
    assert other.key != first.key


def test_a_large_file_goes_up_in_parts_and_comes_back_whole(s3: S3ObjectStore, organization: str, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(range(256)) * 4096 * 34)  # 34 MiB: three parts
    stored = s3.put_file(organization, path, "text/csv")
    target = io.BytesIO()
    assert s3.read_into(stored.key, target).size == stored.size == path.stat().st_size
    assert target.getvalue() == path.read_bytes()


def test_a_list_gives_sizes_and_times_in_order(s3: S3ObjectStore, organization: str) -> None:
    keys = sorted(s3.put(organization, b"x" * n).key for n in range(1, 6))
    found = list(s3.list(organization))
    assert [one.key for one in found] == keys
    assert {one.size for one in found} == {1, 2, 3, 4, 5}
    assert all(one.modified_at is not None and abs((datetime.now(UTC) - one.modified_at).total_seconds()) < 60 for one in found)
    assert set(keys) <= {one.key for one in s3.list()}


def test_deleting_is_idempotent(s3: S3ObjectStore, organization: str) -> None:
    key = s3.put(organization, b"gone").key
    s3.delete(key)
    s3.delete(key)
    with pytest.raises(ObjectNotFoundError):
        s3.get(key)


def test_bytes_that_are_not_what_the_key_promises_are_refused(s3: S3ObjectStore, organization: str) -> None:
    key = s3.put(organization, b"right").key
    s3._client.put_object(Bucket=s3.bucket, Key=key, Body=b"wrong")
    with pytest.raises(CorruptObjectError):
        s3.get(key)


def test_a_presigned_url_downloads_under_the_given_name_and_needs_its_signature(s3: S3ObjectStore, organization: str) -> None:
    key = s3.put(organization, b"deck", "application/octet-stream").key
    url = s3.presign(key, 60, file_name='Отчёт "Q4".pptx', media_type="application/vnd.ms-powerpoint")
    with urllib.request.urlopen(url, timeout=5) as reply:
        assert reply.read() == b"deck"
        assert reply.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D0%9E")
        assert reply.headers["Content-Type"] == "application/vnd.ms-powerpoint"
    for broken in (url.partition("?")[0], url.replace("X-Amz-Signature=", "X-Amz-Signature=0")):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(broken, timeout=5)


@pytest.mark.parametrize("organization", ["", "..", "a/b", "a b", "a" * 65, "a\n"])
def test_an_organization_cannot_reach_outside_its_prefix(organization: str) -> None:
    with pytest.raises(ValueError, match="organization"):
        object_key(organization, "0" * 64)


def test_errors_have_names(s3: S3ObjectStore, s3_server: dict[str, str]) -> None:
    endpoint = s3_server["S3_ENDPOINT_URL"]
    wrong = S3ObjectStore.connect(endpoint_url=endpoint, access_key="nobody", secret_key="wrong", bucket=s3.bucket)
    with pytest.raises(ObjectStoreUnavailableError, match="InvalidAccessKeyId"):
        wrong.put("o", b"x")
    absent = S3ObjectStore.connect(endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="b", bucket="b", attempts=1)
    with pytest.raises(ObjectStoreUnavailableError, match="does not answer"):
        absent.get("o/x")


def test_the_server_says_what_it_is(s3: S3ObjectStore) -> None:
    assert "SeaweedFS" in s3.server_name()
