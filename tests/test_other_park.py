"""Another park: its own folder, and nothing of the shipped park where it says otherwise."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests import databases

ROOT: Final = Path(__file__).parents[1]
SHIPPED: Final = ROOT / "servicedesk"
Change = Callable[[dict[str, Any]], object]

# In a process of its own: a park is read once a process.
VISIT: Final = """
import json, sys
from pathlib import Path
import sqlalchemy as sa
from config import Testing
from servicedesk import clock, create_app, schema, seeding
from servicedesk.cases.models import Case
from servicedesk.extensions import db

app = create_app(Testing(sys.argv[1], Path(sys.argv[2])))
with app.app_context():
    schema.upgrade(db.engine)
    told = []
    for _ in range(2):  # safe to run again
        seeding.load_demo(
            db.session, password="correct horse battery", now=clock.now(), tell=told.append
        )
        db.session.commit()
    cases = db.session.scalar(sa.select(sa.func.count()).select_from(Case))
browser = app.test_client()
pages = {}
for path in sys.argv[3:]:
    response = browser.get(path)
    pages[path] = [response.status_code, response.text]
print(json.dumps({"told": told, "cases": cases, "pages": pages}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a small park that lends bicycles and gives advice."""
    folder = tmp_path / "park"
    (folder / "services").mkdir(parents=True)
    shutil.copy(ROOT / "docs/catalogue/PARK_BIKE.yaml", folder / "services")
    shutil.copy(SHIPPED / "catalogue/services/ADVICE.yaml", folder / "services")
    write_park(folder)
    return folder


@pytest.fixture
def database(server_url: str) -> Iterator[str]:
    """Yield the address of a database that no park has filled."""
    with databases.empty(server_url) as url:
        yield url


def write_park(folder: Path, change: Change = lambda _: None) -> None:
    said = yaml.safe_load((SHIPPED / "park.yaml").read_text("utf-8"))
    said["name"] = {"en": "Harbour Park", "zh": "港口园区"}
    said["departments"] = {
        key: said["departments"][key] for key in ("window", "park", "talent", "market")
    }
    change(said)
    (folder / "park.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")


def run(
    folder: Path | str, *command: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SERVICEDESK_")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd or ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), "SERVICEDESK_PARK_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def visit(folder: Path, url: str, *paths: str) -> dict[str, Any]:
    done = run(folder, "-c", VISIT, url, str(folder.parent / "data"), *paths)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_a_small_park_has_its_demo_and_pages_without_the_services_of_another(
    folder: Path, database: str
) -> None:
    advice = ("/advice", "/advice/service?f_who=other", "/advice/points", "/advice/category")
    more = ("/advice/beneficial-owners", "/advice/foreign-investment", "/help")
    told = visit(folder, database, "/", "/services", *advice, *more)
    pages = {path: text for path, (_, text) in told["pages"].items()}
    codes = {path: code for path, (code, _) in told["pages"].items()}

    assert "catalogue: 2 services" in told["told"]
    assert told["cases"] == 0
    assert "Harbour Park" in pages["/"]
    assert "Borrow a bicycle" in pages["/services"]
    assert "Register an enterprise" not in pages["/"].partition("</section>")[2]
    assert (codes["/"], codes["/services"], codes["/advice"], codes["/help"]) == (200,) * 4
    assert 'href="/advice/service"' in pages["/services"]
    assert 'href="/advice/service"' in pages["/advice"]
    for path in ("points", "category", "beneficial-owners", "foreign-investment"):
        assert f'href="/advice/{path}"' not in pages["/advice"], path
        assert codes[f"/advice/{path}"] == 404, path
    assert 'href="/names/check"' not in pages["/advice"]
    assert 'href="/services/ADVICE"' in pages["/advice/service?f_who=other"]
    assert "does not take this matter online yet" not in pages["/advice/service?f_who=other"]


def test_a_park_may_show_examples_of_its_own(folder: Path, database: str) -> None:
    shown = "decided:\n  - {service: PARK_BIKE, example: 0, whose: talent}\n"
    (folder / "demo_cases.yaml").write_text(shown, "utf-8")

    assert visit(folder, database, "/")["cases"] == 1


def test_a_park_may_lead_its_advisers_to_services_of_its_own(folder: Path, database: str) -> None:
    (folder / "advice").mkdir()
    (folder / "advice/advisers.yaml").write_text("points: {leads_to: [PARK_BIKE]}\n", "utf-8")

    pages = visit(folder, database, "/advice", "/advice/points", "/advice/category")["pages"]

    assert 'href="/advice/points"' in pages["/advice"][1]
    assert (pages["/advice/points"][0], pages["/advice/category"][0]) == (200, 404)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.pop("hall"), 'hall.name: is missing; write name: {en: "...", zh: "..."}'),
        (lambda d: d["name"].pop("zh"), "name: cannot be {'en': 'Harbour Park'}; write name: {en"),
        (lambda d: d.update(time_zone="Peking"), "cannot be 'Peking'; write time_zone: Asia/Sha"),
        (lambda d: d["hall"].update(opens=9), 'hall.opens: cannot be 9; write opens: "09:00"'),
        (lambda d: d["hall"].update(closes="5 pm"), "hall.closes: cannot be '5 pm'; write"),
        (lambda d: d["hall"].pop("hotline"), 'hall.hotline: is missing; write hotline: "12345"'),
        (lambda d: d["registrar"].update(division=110114), "registrar.division: cannot be 110114"),
        (lambda d: d["registrar"].update(names=[]), "registrar.names: cannot be []; write names:"),
        (lambda d: d.pop("departments"), "departments: is missing; write departments: {window"),
        (lambda d: d["departments"].update(x={}), "departments.x.name: is missing; write name: {"),
        (lambda d: d.pop("law"), "law.promises: is missing; write promises: {en"),
    ],
)
def test_what_park_yaml_lacks_is_told_with_file_and_key(
    folder: Path, change: Change, told: str
) -> None:
    write_park(folder, change)

    done = run(folder, "-m", "servicedesk", "catalogue", "check", str(folder / "services"))

    assert done.returncode == 2
    assert done.stderr.startswith(f"servicedesk: {folder / 'park.yaml'}: ")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_park_yaml_that_is_no_yaml_is_told_with_its_line(folder: Path) -> None:
    (folder / "park.yaml").write_text("name: {en: A, zh: 甲}\ndesk: {en: B\n", "utf-8")

    done = run(folder, "-m", "servicedesk", "catalogue", "check", str(folder / "services"))

    assert done.returncode == 2
    assert f"{folder / 'park.yaml'}:3: is not YAML in UTF-8; look at this line" in done.stderr


@pytest.mark.parametrize("command", [("catalogue", "check"), ("demo", "--port", "1")])
def test_a_folder_that_is_not_there_serves_nobody(tmp_path: Path, command: list[str]) -> None:
    nowhere = tmp_path / "nowhere"

    done = run(nowhere, "-m", "servicedesk", *command, cwd=tmp_path)

    assert done.returncode == 2
    assert f"SERVICEDESK_PARK_DIR: {nowhere} is no folder; write the path" in done.stderr
    assert "Traceback" not in done.stderr
