"""Production starts with settings that can be used, or says by name which cannot."""

import os
from pathlib import Path

import pytest

import config as settings
from tests.ground import running

KEY = settings.Development.FIELD_KEYS[0]
GOOD = {
    "SERVICEDESK_ENV": "production",
    "SERVICEDESK_SECRET_KEY": "s" * settings.SHORTEST_SECRET,
    "SERVICEDESK_FIELD_KEYS": KEY,
    "SERVICEDESK_BASE_URL": "https://desk.example/",
    "SERVICEDESK_DATABASE_URL": "postgresql://desk:hidden@db.example/desk",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say what production needs, and nothing else."""
    for name in os.environ:
        if name.startswith(("SERVICEDESK_", "FLASK_")) and name != "SERVICEDESK_TEST_SERVER":
            monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_production_starts_with_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "0")
    monkeypatch.setenv("SERVICEDESK_TRUSTED_PROXIES", "2")

    config = settings.load()

    assert isinstance(config, settings.Production)
    assert config.BASE_URL == "https://desk.example"
    assert config.TRUSTED_PROXIES == 2


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_KEYS", "BASE_URL"])
@pytest.mark.parametrize("is_empty", [True, False])
def test_a_setting_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, missing: str, *, is_empty: bool
) -> None:
    name = f"SERVICEDESK_{missing}"
    monkeypatch.setenv(name, "") if is_empty else monkeypatch.delenv(name)

    with pytest.raises(settings.SettingMissing, match=f"Set {name}"):
        settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLASK_DEBUG", "1"),
        ("SERVICEDESK_ENV", "staging"),
        ("SERVICEDESK_SECRET_KEY", "s" * (settings.SHORTEST_SECRET - 1)),
        ("SERVICEDESK_FIELD_KEYS", "not-a-fernet-key"),
        ("SERVICEDESK_FIELD_KEYS", f"{KEY},{KEY[:-4]}"),
        ("SERVICEDESK_BASE_URL", "desk.example"),
        ("SERVICEDESK_BASE_URL", "desk.example:8000"),
        ("SERVICEDESK_BASE_URL", "https://"),
        ("SERVICEDESK_BASE_URL", "ftp://desk.example"),
        ("SERVICEDESK_BASE_URL", "https://desk.example:port"),
        ("SERVICEDESK_BASE_URL", "https://desk.example/?from=mail"),
        ("SERVICEDESK_TRUSTED_PROXIES", "yes"),
        ("SERVICEDESK_TRUSTED_PROXIES", "-1"),
        ("SERVICEDESK_DATABASE_URL", "nonsense"),
        ("SERVICEDESK_DATABASE_URL", "mysql://desk:hidden@db.example/desk"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(settings.SettingMissing, match=name) as refused:
        settings.load()

    assert "hidden" not in str(refused.value)


@pytest.mark.system
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLASK_DEBUG", "1"),
        ("SERVICEDESK_SMTP_URL", "smtp://mail.example:port"),
        ("SERVICEDESK_SMTP_URL", "smtp://desk:hidden@["),
        ("SERVICEDESK_CLAMD", "nowhere"),
    ],
)
def test_the_command_ends_with_words_and_no_trace(tmp_path: Path, name: str, value: str) -> None:
    env = running.environment() | GOOD | {name: value}

    process = running.start("routes", env=env, log=tmp_path / "log")

    assert process.wait(60) == 2
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert name in said
    assert "Traceback" not in said
    assert "hidden" not in said
