"""The vector store: qdrant-client's own local mode, served on loopback by `infra.embedded.qdrant_shim`."""

import sys
import urllib.request

from infra.embedded.layout import Place, write_private
from infra.embedded.process import Command
from infra.embedded.service import Service


def command(place: Place) -> Command:
    """Return the shim's command; its key stands in a private file, not among the arguments."""
    key = write_private(place.folder / "api-key", place.credentials["qdrant_api_key"])
    arguments = ("-m", "infra.embedded.qdrant_shim", str(place.ports["qdrant"]), str(place.folder / "data"), str(key))
    return Command((sys.executable, *arguments), folder=place.folder)


def answer(place: Place) -> None:
    """List the collections. Raises OSError until the shim answers."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{place.ports['qdrant']}/collections", headers={"api-key": place.credentials["qdrant_api_key"]}
    )
    urllib.request.urlopen(request, timeout=2).close()  # noqa: S310 (a loopback address, built above)


def variables(place: Place) -> dict[str, str]:
    """Return the settings that lead to this server."""
    return {"QDRANT_URL": f"http://127.0.0.1:{place.ports['qdrant']}", "QDRANT_API_KEY": place.credentials["qdrant_api_key"]}


SERVICE = Service(
    name="qdrant",
    variable="QDRANT_URL",
    ports=("qdrant",),
    credentials=("qdrant_api_key",),
    command=command,
    answer=answer,
    variables=variables,
    required=False,
)
