"""Ports, passwords and private files."""

import socket
import stat
from pathlib import Path

import pytest

from infra.embedded.layout import Home, PortTakenError, choose_ports, credentials, free_port, write_private
from infra.embedded.services import SERVICES


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


def test_every_role_gets_a_port_of_its_own_and_keeps_it(home: Home) -> None:
    roles = [port for service in SERVICES for port in service.ports]
    first = choose_ports(home, roles)
    assert len(set(first.values())) == len(roles) == len(set(roles))
    assert choose_ports(home, roles) == first


def test_a_port_that_somebody_took_is_replaced_alone(home: Home) -> None:
    first = choose_ports(home, ["a", "b"])
    with socket.socket() as other:
        other.bind(("127.0.0.1", first["a"]))
        other.listen()
        second = choose_ports(home, ["a", "b"])
    assert second["a"] != first["a"]
    assert second["b"] == first["b"]


def test_a_role_with_a_distance_has_both_ports_free(home: Home) -> None:
    port = choose_ports(home, ["admin+10000"])["admin+10000"]
    for number in (port, port + 10_000):
        with socket.socket() as one:
            one.bind(("127.0.0.1", number))
            assert one.getsockname()[1] == number


def test_passwords_are_made_once_and_are_private(home: Home) -> None:
    first = credentials(home, ["one", "two"])
    assert len(set(first.values())) == 2
    assert all(len(secret) == 48 for secret in first.values())
    assert credentials(home, ["two", "three"])["two"] == first["two"]
    assert stat.S_IMODE(home.credentials_file.stat().st_mode) == 0o600


def test_a_private_file_is_never_readable_by_others_not_even_when_it_replaces_an_open_one(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_api_takes_its_port_or_another_unless_told_exactly() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert free_port("127.0.0.1", taken, exact=False) not in {taken, 0}
        with pytest.raises(PortTakenError, match=str(taken)):
            free_port("127.0.0.1", taken, exact=True)
    assert free_port("127.0.0.1", taken, exact=True) == taken
