"""Objects by content: what is written once under the hash of its bytes, per organization."""

from shared.storage.objects import CorruptObjectError, ObjectNotFoundError, ObjectStore, ObjectStoreUnavailableError, StoredObject
from shared.storage.s3 import S3ObjectStore, get_object_store

__all__ = [
    "CorruptObjectError",
    "ObjectNotFoundError",
    "ObjectStore",
    "ObjectStoreUnavailableError",
    "S3ObjectStore",
    "StoredObject",
    "get_object_store",
]
