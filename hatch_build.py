"""Put the built front end into the package; a package without it is not built."""

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is hatchling's own
    """Builds services/web before anything is packed, for an editable install too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (the interface's names)
        """Build, and fail when the files are not there."""
        sys.path.insert(0, self.root)
        from services.web.build import build

        build()
