"""What can be wrong with an uploaded file or a query, each a named error with one sentence for the person who sent it."""

from typing import ClassVar

from shared.kit.errors import ErrorKind, SevenStepsError


class DatasetError(SevenStepsError):
    """Base of everything that keeps an upload from becoming a table."""

    code: ClassVar[str] = "dataset_unreadable"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class DatasetNotFoundError(DatasetError):
    """There is no file at the path."""

    code = "dataset_not_found"
    kind = ErrorKind.NOT_FOUND


class EmptyDatasetError(DatasetError):
    """The file holds no bytes, or nothing but a header."""

    code = "dataset_empty"


class DatasetTooLargeError(DatasetError):
    """The file is larger, wider or unpacks to more than the limits allow."""

    code = "dataset_too_large"
    kind = ErrorKind.TOO_LARGE


class UnsupportedDatasetError(DatasetError):
    """The bytes are of a kind that holds no table, whatever the file's name says."""

    code = "dataset_unsupported"
    kind = ErrorKind.UNSUPPORTED


class EncryptedDatasetError(DatasetError):
    """The workbook is protected by a password."""

    code = "dataset_encrypted"
    kind = ErrorKind.UNSUPPORTED


class SheetNotFoundError(DatasetError):
    """The workbook has no sheet of the name asked for."""

    code = "sheet_not_found"
    kind = ErrorKind.NOT_FOUND


class DuplicateDatasetError(DatasetError):
    """Two uploads would be tables of one name."""

    code = "dataset_name_taken"
    kind = ErrorKind.CONFLICT


class QueryError(SevenStepsError):
    """A query could not be run on the data: it names what is not there, or is not SQL."""

    code = "query_failed"
    kind = ErrorKind.INVALID


class QueryTimeoutError(SevenStepsError):
    """A query ran longer than its allowance and was stopped."""

    code = "query_timeout"
    kind = ErrorKind.TOO_LARGE


class JoinRefusedError(SevenStepsError):
    """Joining the two tables would repeat rows and so change every total."""

    code = "join_multiplies_rows"
    kind = ErrorKind.INVALID
