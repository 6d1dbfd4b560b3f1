"""The API as a process."""

import uvicorn

from services.api.app import create_app
from shared.kit.collector import settle
from shared.logging import configure_logging
from shared.settings import get_settings


def serve() -> None:
    """Serve until SIGTERM; open streams get five seconds to end."""
    settings = get_settings()
    configure_logging(settings)
    app = create_app(settings)
    settle()
    uvicorn.run(
        app,
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
