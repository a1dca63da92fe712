"""Publishing what is in force already: nothing is looked at again that cannot have changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.catalogue import checking, cli, definitions, operations, registry
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import Known
from servicedesk.catalogue.models import CatalogueEntry
from tests.catalogue.bundled import first_part, second_part, whole
from tests.catalogue.factories import publish, small, text
from tests.factories import MONDAY_MORNING
from tests.races.statements import counted


@pytest.fixture
def walked(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[str]:  # noqa: ARG001
    """Return the codes of the services whose examples are walked from now on."""
    codes: list[str] = []

    def walk(service: Service, known: Known) -> Iterator[tuple[str, str]]:  # noqa: ARG001
        codes.append(service.code)
        return iter(())

    monkeypatch.setattr(registry, "WALKS", [walk])
    monkeypatch.setattr(checking, "WALKS", registry.WALKS)
    return codes


def _write(folder: Path, *parts: dict[str, object]) -> None:
    for data in parts:
        written = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        (folder / f"{data['code']}.yaml").write_text(written, "utf-8")


def _run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(cli.commands, ["publish", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_what_is_unchanged_is_not_walked_again(
    app: Flask, tmp_path: Path, walked: list[str]
) -> None:
    _write(tmp_path, small(), first_part())

    _run(app, str(tmp_path))
    assert sorted(walked) == ["T_FIRST", "T_SMALL"]
    assert "T_SMALL: version 1 is in force already" in _run(app, str(tmp_path))
    assert sorted(walked) == ["T_FIRST", "T_SMALL"]


def test_a_changed_file_is_walked(app: Flask, tmp_path: Path, walked: list[str]) -> None:
    _write(tmp_path, small(), first_part())
    _run(app, str(tmp_path))
    walked.clear()

    _write(tmp_path, small(summary=text("Changed", "已变更")))
    _run(app, str(tmp_path))

    assert walked == ["T_SMALL"]


def test_a_changed_part_has_its_bundle_walked_again_and_no_other(
    app: Flask, tmp_path: Path, walked: list[str]
) -> None:
    _write(tmp_path, first_part(), second_part(), whole(), small())
    _run(app, str(tmp_path))
    walked.clear()

    _write(tmp_path, first_part(summary=text("Changed", "已变更")))
    printed = _run(app, str(tmp_path))

    assert walked == ["T_FIRST", "T_WHOLE"]
    assert "T_WHOLE: version 1 is in force already" in printed
    assert "T_FIRST: version 2 published" in printed


def test_a_part_that_no_longer_fits_keeps_its_bundle_from_being_published(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    _write(tmp_path, first_part(), second_part(), whole())
    _run(app, str(tmp_path))
    _write(tmp_path, {**first_part(), "department": "tax"})

    result = app.test_cli_runner().invoke(cli.commands, ["publish", str(tmp_path)])

    assert result.exit_code == 1
    assert "T_WHOLE.yaml:" in result.output
    assert "nothing was published" in result.output
    assert session.get_one(CatalogueEntry, "T_FIRST").current.number == 1


def test_force_walks_everything(app: Flask, tmp_path: Path, walked: list[str]) -> None:
    _write(tmp_path, small())
    _run(app, str(tmp_path))

    _run(app, "--force", str(tmp_path))

    assert walked == ["T_SMALL", "T_SMALL"]


def test_another_program_looks_at_everything_again(
    session: Session, walked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(session)
    monkeypatch.setattr(checking, "_surroundings", lambda: "another")

    publish(session)

    assert walked == ["T_SMALL", "T_SMALL"]


def test_another_park_is_another_surrounding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = definitions.parse(small())
    ours = checking.fingerprint([service], {})
    (tmp_path / "topics.yaml").write_text("- {key: advice, en: Advice, zh: 咨询}\n", "utf-8")
    monkeypatch.setenv("SERVICEDESK_PARK_DIR", str(tmp_path))
    uncached = checking._surroundings.__wrapped__  # noqa: SLF001

    monkeypatch.setattr(checking, "_surroundings", uncached)

    assert checking.fingerprint([service], {}) != ours


def test_what_lists_and_searches_need_is_written_anew_all_the_same(session: Session) -> None:
    """So that a new way to index a service comes into use with the next start."""
    publish(session)
    entry = session.get_one(CatalogueEntry, "T_SMALL")
    entry.grams = []
    session.commit()

    operations.publish(session, definitions.parse(small()), MONDAY_MORNING)

    assert "w:small" in entry.grams


def test_each_part_is_read_once_while_a_bundle_is_checked(app: Flask, session: Session) -> None:
    for part in (first_part(), second_part()):
        operations.publish(session, definitions.parse(part), MONDAY_MORNING)

    with counted(app) as sent:
        operations.publish(session, definitions.parse(whole()), MONDAY_MORNING)

    read = [one for one in sent if "service_versions.definition" in one]
    assert len(read) <= 2
