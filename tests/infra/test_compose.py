"""docker-compose.yml and the Dockerfile: valid, hardened, and speaking of the settings that exist."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from infra.embedded.services import SERVICES
from shared.settings import Settings, variable_names

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name for name, service in COMPOSE["services"].items() if "build" in service}
ONE_SHOT = {"migrate"}
_INTERPOLATED = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)")


def test_the_file_is_valid_compose() -> None:
    schema = json.loads((Path(__file__).with_name("compose_schema.json")).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(COMPOSE, schema)


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_are_given_settings_that_exist_and_every_store(name: str) -> None:
    given = COMPOSE["services"][name]["environment"]
    assert set(given) <= set(variable_names().values())
    assert {service.variable for service in SERVICES} <= set(given)


def test_values_given_to_our_containers_are_accepted_by_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in sorted(OURS):
        for variable, value in COMPOSE["services"][name]["environment"].items():
            monkeypatch.setenv(variable, re.sub(r"\$\{[A-Z0-9_]+(?::-([^}]*)|:\?[^}]*)\}", lambda found: found.group(1) or "secret", value))
        settings = Settings(_env_file=None)
        assert settings.store("DATABASE_URL") == "postgresql://sevensteps:secret@postgres:5432/sevensteps"
        assert settings.s3_secret_key.get_secret_value() == "secret"


def test_what_the_file_asks_of_its_user_stands_in_the_example() -> None:
    asked = set(_INTERPOLATED.findall((ROOT / "docker-compose.yml").read_text()))
    lines = (ROOT / "infra/docker/compose.env.example").read_text().splitlines()
    offered = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert asked == offered
    passwords_only_containers_know = {"POSTGRES_ROOT_PASSWORD", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert asked - passwords_only_containers_know <= set(variable_names().values())


def test_every_secret_must_be_given() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for secret in re.findall(r"\$\{([A-Z0-9_]*(?:PASSWORD|SECRET_KEY|ACCESS_KEY|API_KEY))(.)(.)", text):
        assert secret[1:] == (":", "?"), secret[0]


def test_every_store_has_its_container_and_every_container_its_health() -> None:
    services = COMPOSE["services"]
    assert {"postgres", "redis", "neo4j", "qdrant", "seaweedfs", "api", "worker", "migrate"} <= set(services)
    assert {name for name, service in services.items() if "healthcheck" not in service} == ONE_SHOT


def test_volumes_and_networks_are_named_and_stores_are_out_of_reach() -> None:
    used = {volume.partition(":")[0] for service in COMPOSE["services"].values() for volume in service.get("volumes", [])}
    assert {volume for volume in used if not volume.startswith("./")} == set(COMPOSE["volumes"])
    assert all((ROOT / volume).exists() for volume in used if volume.startswith("./"))
    assert {name for name, service in COMPOSE["services"].items() if "ports" in service} == {"api"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_only_what_must_write_to_its_own_files_may() -> None:
    writable = {name for name, service in COMPOSE["services"].items() if not service.get("read_only")}
    assert writable == {"neo4j"}  # its image writes its configuration at each start


def test_workers_of_one_queue_take_queues_that_the_settings_know() -> None:
    known = set(Settings(_env_file=None).worker_queues.split(","))
    single = {
        name: service["environment"]["SEVENSTEPS_WORKER_QUEUES"]
        for name, service in COMPOSE["services"].items()
        if "SEVENSTEPS_WORKER_QUEUES" in service.get("environment", {})
    }
    assert set(single.values()) == known
    assert all(COMPOSE["services"][name]["profiles"] == ["queues"] for name in single)


def test_the_image_runs_as_the_user_of_the_compose_file_and_copies_what_exists() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert f"USER {COMPOSE['services']['api']['user']}" in lines
    copied = [word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]]
    assert copied
    assert all((ROOT / path).exists() for path in copied)
    kept = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == kept
