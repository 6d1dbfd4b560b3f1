"""The object store on any S3, by boto3: the only place that knows the protocol."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr

from shared.settings import get_settings
from shared.storage.objects import CorruptObjectError, ObjectNotFoundError, ObjectStoreUnavailableError, StoredObject, object_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK = 1024 * 1024
_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchBucket"}
_OURS_ALREADY = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}
_TRANSFER = TransferConfig(multipart_threshold=16 * _CHUNK, multipart_chunksize=16 * _CHUNK, max_concurrency=4)


class S3ObjectStore:
    """Content-addressed objects in one bucket (see `ObjectStore` for the promises)."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    @classmethod
    def connect(
        cls, *, endpoint_url: str, access_key: str, secret_key: str, bucket: str, region: str = "us-east-1", attempts: int = 4
    ) -> "S3ObjectStore":
        """Open a store on an endpoint; nothing is sent yet. The client may be shared by threads."""
        config = Config(
            connect_timeout=3,
            read_timeout=30,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            s3={"addressing_style": "path"},
            signature_version="s3v4",
        )
        session = boto3.session.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region)
        return cls(session.client("s3", endpoint_url=endpoint_url, config=config), bucket)

    def ensure_bucket(self) -> None:
        """Create the bucket unless it exists. Raises ObjectStoreUnavailableError."""
        try:
            self._client.create_bucket(Bucket=self.bucket)
        except ClientError as error:
            if _code(error) not in _OURS_ALREADY:
                raise ObjectStoreUnavailableError(f"The bucket {self.bucket!r} cannot be created: {_code(error)}.") from error
        except BotoCoreError as error:
            raise ObjectStoreUnavailableError(f"The object store does not answer: {type(error).__name__}.") from error

    def server_name(self) -> str:
        """Return what the server calls itself, having found the bucket. Raises ObjectNotFoundError, ObjectStoreUnavailableError."""
        with self._named_errors(self.bucket):
            headers = self._client.head_bucket(Bucket=self.bucket)["ResponseMetadata"]["HTTPHeaders"]
        return str(headers.get("server", "S3"))

    def put(self, organization_id: object, data: bytes, media_type: str = "application/octet-stream") -> StoredObject:
        """Store bytes under their hash. Raises ObjectStoreUnavailableError."""
        key = object_key(organization_id, hashlib.sha256(data).hexdigest())
        with self._named_errors(key):
            self._client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=media_type)
        return StoredObject(key=key, size=len(data))

    def put_file(self, organization_id: object, path: Path, media_type: str = "application/octet-stream") -> StoredObject:
        """Store a file under the hash of its bytes, in parts when it is large. Raises ObjectStoreUnavailableError."""
        with path.open("rb") as source:
            key = object_key(organization_id, hashlib.file_digest(source, "sha256").hexdigest())
            size = source.seek(0, io.SEEK_END)
            source.seek(0)
            with self._named_errors(key):
                self._client.upload_fileobj(source, self.bucket, key, ExtraArgs={"ContentType": media_type}, Config=_TRANSFER)
        return StoredObject(key=key, size=size)

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises ObjectNotFoundError, CorruptObjectError, ObjectStoreUnavailableError."""
        target = io.BytesIO()
        self.read_into(key, target)
        return target.getvalue()

    def read_into(self, key: str, target: BinaryIO) -> StoredObject:
        """Copy the bytes into an open file, hashing them on the way. Raises as `get` does."""
        digest, size = hashlib.sha256(), 0
        with self._named_errors(key):
            for chunk in self._client.get_object(Bucket=self.bucket, Key=key)["Body"].iter_chunks(_CHUNK):
                digest.update(chunk)
                size += target.write(chunk)
        found = StoredObject(key=key, size=size)
        if digest.hexdigest() != found.sha256:
            raise CorruptObjectError("The object's bytes are not the bytes its key promises.", key=key, found=digest.hexdigest())
        return found

    def presign(self, key: str, seconds: int = 300, file_name: str | None = None, media_type: str | None = None) -> str:
        """Return a URL that downloads the object for `seconds`; always as an attachment, so that a browser never runs it."""
        disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}" if file_name else "attachment"
        asked = {"Bucket": self.bucket, "Key": key, "ResponseContentDisposition": disposition}
        if media_type:
            asked["ResponseContentType"] = media_type
        return self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)

    def delete(self, key: str) -> None:
        """Delete the object if it is there. Raises ObjectStoreUnavailableError."""
        with self._named_errors(key):
            self._client.delete_object(Bucket=self.bucket, Key=key)

    def list(self, organization_id: object | None = None) -> Iterator[StoredObject]:
        """Yield the objects of one organization, or of all, by key. Raises ObjectStoreUnavailableError."""
        prefix = "" if organization_id is None else object_key(organization_id, "")
        with self._named_errors(prefix):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield StoredObject(key=found["Key"], size=found["Size"], modified_at=found["LastModified"])

    @contextmanager
    def _named_errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            if _code(error) in _MISSING:
                raise ObjectNotFoundError(f"No object has the key {key!r}.", key=key) from error
            raise ObjectStoreUnavailableError(f"The object store refused: {_code(error)}.", key=key) from error
        except BotoCoreError as error:
            raise ObjectStoreUnavailableError(f"The object store does not answer: {type(error).__name__}.", key=key) from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


@cache
def _open(endpoint_url: str, access_key: str, secret_key: SecretStr, bucket: str, region: str) -> S3ObjectStore:
    return S3ObjectStore.connect(
        endpoint_url=endpoint_url, access_key=access_key, secret_key=secret_key.get_secret_value(), bucket=bucket, region=region
    )


def get_object_store() -> S3ObjectStore:
    """Return this process's object store. Raises StoreNotConfiguredError when there is no S3_ENDPOINT_URL."""
    settings = get_settings()
    endpoint = settings.store("S3_ENDPOINT_URL")
    return _open(endpoint, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket, settings.s3_region)
