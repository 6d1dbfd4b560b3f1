"""Settings: one reader, exact store names, `.env.example` in step, a block that puts everything back."""

import os
from pathlib import Path

import pytest

from shared.settings import (
    Settings,
    StoreNotConfiguredError,
    child_environment,
    configure,
    configured,
    env_example,
    get_settings,
    variable_names,
)

ROOT = Path(__file__).resolve().parents[2]
STORES = ("DATABASE_URL", "REDIS_URL", "NEO4J_URI", "QDRANT_URL", "S3_ENDPOINT_URL")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in variable_names().values():
        monkeypatch.delenv(variable, raising=False)


def test_the_example_file_is_in_step() -> None:
    assert (ROOT / ".env.example").read_text() == env_example(), "run: python -m shared.settings > .env.example"


def test_every_variable_is_a_store_or_carries_the_prefix() -> None:
    companions = {"NEO4J_", "QDRANT_", "S3_"}
    for variable in variable_names().values():
        assert variable in STORES or variable.startswith("SEVENSTEPS_") or any(variable.startswith(one) for one in companions), variable
    assert set(STORES) <= set(variable_names().values())


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_store_that_nobody_named_is_asked_for_in_a_sentence() -> None:
    for variable in STORES:
        with pytest.raises(StoreNotConfiguredError, match=rf"{variable} is not set .*`sevensteps up`"):
            Settings().store(variable)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/d")
    monkeypatch.setenv("S3_SECRET_KEY", "hunter2")
    settings = Settings()
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in settings.model_dump_json()
    assert settings.store("DATABASE_URL") == "postgresql://u:hunter2@h/d"
    assert settings.explicit() == {"DATABASE_URL": "postgresql://u:hunter2@h/d", "S3_SECRET_KEY": "hunter2"}


def test_a_block_of_settings_puts_everything_back() -> None:
    before = get_settings()
    with configured({"REDIS_URL": "redis://block", "SEVENSTEPS_API_PORT": "8123"}) as inside:
        assert get_settings() is inside
        assert (inside.store("REDIS_URL"), inside.api_port) == ("redis://block", 8123)
        assert os.environ["REDIS_URL"] == "redis://block"
    assert get_settings() is before
    assert "REDIS_URL" not in os.environ


def test_configuring_lasts_and_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_URL", "http://old")
    with configured({}):
        assert configure({"QDRANT_URL": "http://new"}).store("QDRANT_URL") == "http://new"
        assert get_settings().store("QDRANT_URL") == "http://new"


def test_a_child_sees_the_settings_it_is_given_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine")
    monkeypatch.setenv("UNRELATED", "kept")
    found = child_environment({"REDIS_URL": "redis://given"})
    assert (found.get("DATABASE_URL"), found["REDIS_URL"], found["UNRELATED"]) == (None, "redis://given", "kept")


def test_a_file_of_settings_is_read_below_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("NEO4J_URI=bolt://file\nREDIS_URL=redis://file\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("REDIS_URL", "redis://environment")
    settings = Settings(_env_file=tmp_path / ".env")
    assert (settings.store("NEO4J_URI"), settings.store("REDIS_URL")) == ("bolt://file", "redis://environment")


def test_the_data_folder_is_the_one_here_or_follows_the_base_directory_specification(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEVENSTEPS_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", "/data/xdg")
    assert Settings().home == Path("/data/xdg/sevensteps")
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    assert Settings().home == Path.home() / ".local/share/sevensteps"
    (tmp_path / ".sevensteps").mkdir()
    assert Settings().home == tmp_path / ".sevensteps"
    monkeypatch.setenv("SEVENSTEPS_HOME", "~/elsewhere")
    assert Settings().home == Path.home() / "elsewhere"
