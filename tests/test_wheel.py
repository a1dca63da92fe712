"""The wheel: carries what the desk needs, and runs without the checkout."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.ground import running

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[1]
CARRIED = (
    "servicedesk/config.py",
    "servicedesk/park.yaml",
    "servicedesk/templates/layout.html",
    "servicedesk/static/theme.css",
    "servicedesk/migrations/env.py",
    "servicedesk/migrations/versions/0001_ground.py",
    "servicedesk/catalogue/services/E_NAME.yaml",
    "servicedesk/calendar/holidays_cn.csv",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built without network."""
    directory = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory into which the wheel was unpacked, as an installer does it."""
    directory = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(directory)
    return directory


def run(installed: Path, code: str, cwd: Path, **env: str) -> str:
    """Run ``code`` in an empty directory, with the wheel and without the checkout."""
    environment = running.environment(**env) | {"PYTHONPATH": str(installed)}
    # -P: not the directory we are in; the checkout is then nowhere on the path.
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_carries_what_the_desk_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert [name for name in CARRIED if name not in names] == []
    sources = {
        f"servicedesk/{path.relative_to(ROOT / 'servicedesk')}"
        for path in (ROOT / "servicedesk").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources - names == set()


def test_it_carries_translations_compiled(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    sources = {name for name in names if name.endswith(".po")}
    assert {name.replace(".po", ".mo") for name in sources} <= names
    assert {path.name for path in (ROOT / "servicedesk").rglob("*.po")} == {
        Path(name).name for name in sources
    }


def test_it_carries_no_tests_and_no_leavings(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        strange = [
            name
            for name in archive.namelist()
            if name.startswith(("tests", "bench")) or "__pycache__" in name or ".data" in name
        ]

    assert strange == []


def test_it_has_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [one for one in archive.namelist() if one.endswith("entry_points.txt")]
        told = archive.read(name).decode()

    assert "servicedesk = servicedesk.cli:main" in told


def test_it_migrates_and_answers_from_an_empty_directory(
    installed: Path, server_url: str, tmp_path: Path, engine_url: str
) -> None:
    del server_url
    empty = tmp_path / "empty"
    empty.mkdir()
    code = """
import json, sys
from servicedesk import create_app, resources, schema
from servicedesk.extensions import db
app = create_app()
with app.app_context():
    schema.upgrade(db.engine)
client = app.test_client()
print(json.dumps({
    "where": str(resources.PACKAGE), "templates": str(resources.TEMPLATES),
    "statuses": [client.get(path).status_code for path in ("/healthz", "/", "/services")],
}))
"""

    told = json.loads(run(installed, code, empty, database_url=engine_url, data_dir=str(tmp_path)))

    assert told["where"] == str(installed / "servicedesk")
    assert told["templates"] == str(installed / "servicedesk" / "templates")
    assert told["statuses"] == [200, 200, 200]
    assert list(empty.iterdir()) == []


def test_production_says_by_name_what_it_lacks(installed: Path, tmp_path: Path) -> None:
    environment = running.environment() | {"PYTHONPATH": str(installed)}
    del environment["SERVICEDESK_ENV"]

    done = subprocess.run(
        [sys.executable, "-P", "-m", "servicedesk", "migrate"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "SERVICEDESK_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr
