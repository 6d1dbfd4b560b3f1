"""The front end's types of the HTTP API, written from its OpenAPI document: `python -m services.api.client`."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from services.api.app import create_app
from services.web import build

TYPES = build.ROOT / "src" / "api" / "schema.d.ts"


def types() -> str:
    """Return the types as the document gives them now. Raises CalledProcessError."""
    build.install()
    with TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(create_app().openapi()), "utf-8")
        written = document.with_suffix(".d.ts")
        build.node("node_modules/openapi-typescript/bin/cli.js", str(document), "-o", str(written))
        return written.read_text("utf-8")


if __name__ == "__main__":
    TYPES.write_text(types(), "utf-8")
