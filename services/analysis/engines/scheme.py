"""How the address of a server is told from the name of a file, without loading what connects to one."""

SCHEMES = ("postgresql://", "postgres://")


def is_server(source: str) -> bool:
    """Whether a source of data is the address of a PostgreSQL server rather than a file."""
    return source.startswith(SCHEMES)
