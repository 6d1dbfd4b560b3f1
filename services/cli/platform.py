"""`up`, `down`, `doctor`: the platform on this machine."""

import signal
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.screen import note, print_json

if TYPE_CHECKING:
    from services.cli.doctor import Health
    from shared.settings import Settings

_MEANING = {
    "ok": "Every store answers.",
    "degraded": "It works, without what the missing store is for.",
    "down": "It cannot work like this.",
}
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def up(
    *,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Leave the platform running and return.")] = False,
    stores_only: Annotated[bool, typer.Option("--stores-only", help="Start the stores, without the API and the worker.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the API (default: SEVENSTEPS_API_PORT, or a free one).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Start the stores, bring them up to date, serve the API and run a worker."""
    from infra.embedded.layout import free_port
    from infra.embedded.supervisor import Supervisor
    from shared.settings import get_settings

    settings = get_settings()
    chosen = free_port(settings.api_host, port or settings.api_port, exact=port is not None)
    supervisor = Supervisor(
        settings.home,
        processes=() if stores_only else ("api", "worker"),
        external=settings.explicit() | {"SEVENSTEPS_API_PORT": str(chosen)},
        detached=detach,
    )
    stop = _stop_signal()
    note("Starting the platform ...")
    endpoints = supervisor.start()
    if as_json:
        print_json({"url": endpoints.api_url, "home": str(settings.home), "detached": detach, "variables": sorted(endpoints.env())})
    else:
        typer.echo(f"The platform runs{f' at {endpoints.api_url}' if endpoints.api_url else ''} (data in {settings.home}).")
        typer.echo("Stop it with `sevensteps down`." if detach else "Stop it with Ctrl-C.")
    if not detach:
        _wait(settings, stop)
        supervisor.stop()


def down(*, as_json: JsonOption = False) -> None:
    """Stop the platform that runs on this machine; its data stay."""
    from infra.embedded.supervisor import stop_platform
    from shared.settings import get_settings

    stopped = stop_platform(get_settings().home)
    if as_json:
        print_json({"stopped": stopped})
    else:
        typer.echo("The platform has stopped." if stopped else "No platform was running.")


def doctor(*, as_json: JsonOption = False) -> None:
    """Say of each store whether it answers, its version and latency, and what mends it. Exit code 1 when a required one is down."""
    from concurrent.futures import ThreadPoolExecutor

    from infra.embedded.supervisor import running
    from services.cli.doctor import CHECKS, examine, verdict
    from shared.settings import configure, get_settings

    settings = get_settings()
    given = settings.explicit()
    endpoints = running(settings.home)
    if endpoints is not None:
        configure({name: value for name, value in endpoints.env().items() if name not in given})
    with ThreadPoolExecutor(len(CHECKS)) as side_by_side:
        found = list(side_by_side.map(lambda check: examine(check, outside=check.variable in given, started=endpoints is not None), CHECKS))
    status, code = verdict(found)
    if as_json:
        print_json({"status": status, "home": str(settings.home), "stores": [asdict(health) for health in found]})
    else:
        _show(found, status)
    raise typer.Exit(code)


def _stop_signal() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set from now on."""
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: asked.set())
    return asked


def _wait(settings: "Settings", asked: threading.Event) -> None:
    """Wait until somebody asks to stop. Raises PlatformFailedError when the platform ends by itself."""
    from infra.embedded.state import PlatformFailedError
    from infra.embedded.supervisor import last_failure, running

    while not asked.wait(0.5):
        if running(settings.home) is None:
            if asked.is_set():
                return
            raise PlatformFailedError(last_failure(settings.home) or "The platform was stopped by somebody else.")


def _show(found: "list[Health]", status: str) -> None:
    """Print a line for each store, and under one that does not answer, why and what mends it."""
    for health in found:
        typer.echo(f"{health.name:<9} {'ok' if health.reachable else 'DOWN' if health.required else 'off':<5} {_line(health)}")
        if health.mend:
            typer.echo(f"{'':<16}mend it: {health.mend}")
    typer.echo(_MEANING[status], err=status == "down")


def _line(health: "Health") -> str:
    return f"{health.version}, {health.latency_ms:g} ms ({health.purpose})" if health.reachable else f"{health.detail} ({health.purpose})"
