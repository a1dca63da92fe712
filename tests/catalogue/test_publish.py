"""Publishing: numbered versions that never change, also when two publish at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
import yaml
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.catalogue import cli, operations, queries
from servicedesk.catalogue.definitions import DefinitionInvalid
from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from tests.catalogue.factories import make_service, publish, small, text
from tests.factories import MONDAY_MORNING


def _versions(session: Session) -> list[int]:
    query = sa.select(ServiceVersion.number).where(ServiceVersion.code == "T_SMALL")
    return sorted(session.scalars(query))


def test_a_service_is_published_and_found(session: Session) -> None:
    version = publish(session)

    entry, service = queries.get_service(session, "T_SMALL")

    assert (version.number, version.published_at) == (1, MONDAY_MORNING)
    assert entry.current is version
    assert service == make_service()
    assert entry.name_pinyin == "xiao xing shi xiang"


def test_the_same_definition_again_is_no_new_version(session: Session) -> None:
    first = publish(session)
    later = MONDAY_MORNING + timedelta(days=1)

    again = operations.publish(session, make_service(), later)

    assert again is first
    assert again.published_at == MONDAY_MORNING


def test_a_changed_definition_is_the_next_version_and_the_old_one_stays(session: Session) -> None:
    old = publish(session)
    new = publish(session, summary=text("Changed", "已变更"))

    assert (old.number, new.number) == (1, 2)
    assert queries.service_of(old).summary.en == "What it is for."
    assert queries.get_service(session, "T_SMALL")[1].summary.en == "Changed"


def test_going_back_to_an_older_definition_is_a_version_too(session: Session) -> None:
    publish(session)
    publish(session, audience="person")

    back = publish(session)

    assert back.number == 3


def test_a_definition_with_faults_is_not_published(session: Session) -> None:
    with pytest.raises(DefinitionInvalid, match="moon"):
        operations.publish(session, make_service(department="moon"), MONDAY_MORNING)

    assert _versions(session) == []


def test_two_who_publish_at_once_make_one_version(app: Flask, session: Session) -> None:
    with app.app_context():
        sessionmaker = db.sessionmaker
    at_once = Barrier(4)

    def run() -> int:
        with sessionmaker() as own:
            at_once.wait()
            number = operations.publish(own, make_service(), MONDAY_MORNING).number
            own.commit()
            return number

    with ThreadPoolExecutor(4) as pool:
        numbers = [done.result() for done in [pool.submit(run) for _ in range(4)]]

    assert numbers == [1, 1, 1, 1]
    assert _versions(session) == [1]
    assert session.scalar(sa.select(sa.func.count()).select_from(CatalogueEntry)) == 1


def test_two_who_publish_different_things_at_once_make_two_versions(
    app: Flask, session: Session
) -> None:
    with app.app_context():
        sessionmaker = db.sessionmaker
    at_once = Barrier(2)

    def run(audience: str) -> int:
        with sessionmaker() as own:
            at_once.wait()
            service = make_service(audience=audience)
            number = operations.publish(own, service, MONDAY_MORNING).number
            own.commit()
            return number

    with ThreadPoolExecutor(2) as pool:
        numbers = {done.result() for done in [pool.submit(run, one) for one in ("both", "person")]}

    assert numbers == {1, 2}
    assert _versions(session) == [1, 2]
    assert queries.get_service(session, "T_SMALL")[0].current.number == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE service_versions SET number = 9", "DELETE FROM service_versions"]
)
def test_the_database_itself_refuses_to_change_a_version(session: Session, statement: str) -> None:
    publish(session)

    with pytest.raises(sa.exc.DatabaseError, match="never changed"):
        session.execute(sa.text(statement))


def test_there_is_no_unknown_service(session: Session) -> None:
    with pytest.raises(NotFound):
        queries.get_service(session, "T_SMALL")


def test_the_commands_check_publish_and_compare(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()

    def run(*words: str) -> str:
        result = runner.invoke(cli.commands, words)
        assert result.exit_code == 0, result.output
        return result.output

    from_files = run("check")
    first, again = run("publish"), run("publish")

    assert "E_NAME.yaml: in order, examples walked: 3" in from_files
    assert "not checked here: pick lists, the rules of pages, and the register" in from_files
    assert "E_NAME: version 2 published" in first  # 1 is in every test's database
    assert "E_NAME: version 2 is in force already" in again
    assert "E_NAME: no difference from version 2" in run("diff")
    assert '"title": "Service"' in run("schema")
    assert queries.get_service(session, "E_NAME")[0].current.number == 2


def _write(path: Path, **changes: object) -> Path:
    path.write_text(yaml.safe_dump(small(**changes), allow_unicode=True, sort_keys=False), "utf-8")
    return path


@pytest.mark.parametrize("command", ["check", "publish"])
def test_a_fault_of_meaning_is_told_with_file_and_line(
    app: Flask, session: Session, tmp_path: Path, command: str
) -> None:
    stages = small()["stages"]
    stages[0]["tasks"][0]["actions"]["accept"] = "end.refused"
    path = _write(tmp_path / "unreached.yaml", stages=stages)
    line = path.read_text("utf-8").splitlines().index("- key: decision") + 1

    result = app.test_cli_runner().invoke(cli.commands, [command, str(path)])

    assert result.exit_code == 1
    assert f"unreached.yaml:{line} stages[decision]: is never reached" in result.output
    assert _versions(session) == []


def test_the_check_says_whether_the_examples_were_walked(app: Flask, tmp_path: Path) -> None:
    examples = small()["examples"]
    examples[0]["expect"]["accepted_on"] = "2030-01-01"
    walked = _write(tmp_path / "walked.yaml", examples=examples)
    unsound = _write(tmp_path / "unsound.yaml", topics=["moon"])
    unshaped = _write(tmp_path / "unshaped.yaml", audience="all")

    result = app.test_cli_runner().invoke(
        cli.commands, ["check", str(walked), str(unsound), str(unshaped)]
    )

    assert "walked.yaml" in result.output.splitlines()[0]
    assert f"examples[{examples[0]['name']}].expect.accepted_on" in result.output
    told = "%s.yaml: the examples were not walked: mend these first"
    assert told % "walked" not in result.output
    assert told % "unsound" in result.output
    assert told % "unshaped" in result.output


@pytest.mark.parametrize("command", ["check", "publish", "diff"])
def test_a_file_in_another_encoding_is_refused_with_its_line(
    app: Flask, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("schema: 1\nname: 小型事项\n".encode("gbk"))

    result = app.test_cli_runner().invoke(cli.commands, [command, str(path)])

    assert result.exit_code == 1
    assert "gbk.yaml:2 file: is not UTF-8" in result.output


def test_definitions_are_checked_with_nothing_set(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-m", "servicedesk", "catalogue", "check"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert "WP_NEW_ABROAD.yaml: in order" in run.stdout


def test_another_park_brings_its_own_folder(tmp_path: Path) -> None:
    """Its services and departments count; what it leaves out is as we ship it."""
    root = Path(__file__).parents[2]
    (tmp_path / "services").mkdir()
    ours = yaml.safe_load((root / "servicedesk" / "park.yaml").read_text("utf-8"))
    ours["departments"]["harbour"] = {"name": text("Harbour office", "港务处")}
    (tmp_path / "park.yaml").write_text(yaml.safe_dump(ours, allow_unicode=True), "utf-8")
    _write(tmp_path / "services" / "T_SMALL.yaml", department="harbour")

    def check(**settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "servicedesk", "catalogue", "check", str(tmp_path / "services")],
            cwd=tmp_path,
            env={"PYTHONPATH": str(root), **settings},
            capture_output=True,
            text=True,
            check=False,
        )

    there = check(SERVICEDESK_PARK_DIR=str(tmp_path))
    assert there.returncode == 0, there.stderr + there.stdout
    assert "T_SMALL.yaml: in order" in there.stdout
    assert "unknown department 'harbour'" in check().stdout
