"""The registrar's pages for import and export."""

import csv
import io
import json
import zipfile
from datetime import UTC, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises import import_forms, tasks
from servicedesk.enterprises.import_models import ImportState, RegisterExport, RegisterImport
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import exports
from tests.conftest import Browser
from tests.enterprises import tables
from tests.enterprises.factories import make_enterprise
from tests.factories import make_user

IMPORT, EXPORT = "/desk/register/import", "/desk/register/export"
KEY = {"request_key": "k" * 24}


pytestmark = pytest.mark.usefixtures("registrar")


@pytest.fixture
def registrar(session: Session, browser: Browser) -> User:
    user = make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})
    browser.sign_in(user)
    return user


def upload(browser: Browser, *listed: dict[str, str], name: str = "企业.csv") -> str:
    """Bring rows; return where the answer leads."""
    file = (tables.file_of(*listed), name)
    answer = browser.post(IMPORT, data={"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


def run_worker(browser: Browser, number: int) -> None:
    with browser.application.app_context():
        tasks.enter_import(number)
    browser.desk.expire_all()


def write(browser: Browser, made: str) -> str:
    """Write an export that was asked for, as the worker does; return where the file is."""
    with browser.application.app_context():
        tasks.write_export(int(made.rpartition("/")[2]))
    return f"{made}.zip"


def test_a_table_is_tried_mended_and_entered(session: Session, browser: Browser) -> None:
    wrong = tables.row(统一社会信用代码="9111O114MA7XCP003J")
    tried = upload(browser, *tables.rows(2), wrong)

    page = browser.get(tried).text
    assert "1 row must be mended" in page
    assert "Is 91110114MA7XCP003J meant?" in page
    assert "/enter" not in page
    listed = browser.get(f"{tried}/wrong.csv")
    assert "Unified social credit code" in listed.get_data().decode("utf-8-sig")
    assert browser.post(f"{tried}/enter", data=KEY).status_code == 409

    mended = upload(browser, *tables.rows(2), wrong | {"统一社会信用代码": "91110114MA7XCP003J"})
    assert "Import 3 enterprises" in browser.get(mended).text
    assert session.scalars(sa.select(Enterprise)).all() == []
    assert browser.post(f"{mended}/enter", data=KEY | {"x": "1"}).status_code == 303
    assert "are being entered" in browser.get(mended).text
    run_worker(browser, int(mended.rpartition("/")[2]))

    assert "3 enterprises are in the register" in browser.get(mended).text
    assert browser.get("/register", query_string={"q": "91110114MA7XCP003J"}).text.count("<mark>")
    assert "企业.csv" in browser.get(IMPORT).text
    again = browser.post(f"{mended}/enter", data=KEY | {"request_key": "m" * 24})
    assert again.status_code == 409


def test_pressing_twice_enters_once(session: Session, browser: Browser) -> None:
    tried = upload(browser, *tables.rows(2))

    answers = [browser.post(f"{tried}/enter", data=KEY).status_code for _ in range(2)]

    jobs = sa.text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name")
    assert answers == [303, 303]
    assert session.scalar(jobs, {"name": "enterprises.enter_import"}) == 1


def test_what_no_longer_fits_is_told_and_nothing_entered(
    session: Session, browser: Browser
) -> None:
    rows = tables.rows(2)
    first, second = upload(browser, *rows), upload(browser, *rows)
    for tried in (first, second):
        browser.post(f"{tried}/enter", data={"request_key": f"{tried:k<24}".replace("/", "x")})
        run_worker(browser, int(tried.rpartition("/")[2]))

    page = browser.get(second).text
    assert "Nothing was entered" in page
    assert "The register has this code already" in page
    assert len(session.scalars(sa.select(Enterprise)).all()) == 2
    states = session.scalars(sa.select(RegisterImport.state).order_by(RegisterImport.id)).all()
    assert states == [ImportState.DONE, ImportState.REFUSED]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 \xff", "neither a CSV nor an XLSX"),
        (b"a,b\n1,2\n", "These are missing"),
        (b"x" * 100_001, "larger than 8 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_on_the_page(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.setattr(import_forms, "MOST_BYTES", 100_000)
    file = (io.BytesIO(content), "x.csv")
    answer = browser.post(IMPORT, data={"file": file}, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert said in answer.text
    assert browser.post(IMPORT).status_code == 422


def test_the_template_can_be_filled_in(browser: Browser) -> None:
    answer = browser.get(f"{IMPORT}/template.xlsx")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert (
            "统一社会信用代码 / Unified social credit code"
            in archive.read("xl/worksheets/sheet1.xml").decode()
        )


@pytest.mark.parametrize(
    ("role", "posts"),
    [
        (Role.SUPERVISOR, {"tax": "supervisor"}),  # not of the registrar
        (Role.CLERK, {"market": "clerk"}),
        (Role.REVIEWER, {"market": "reviewer"}),
        (Role.APPLICANT, {}),
    ],
)
def test_nobody_else_moves_the_register(
    session: Session, browser: Browser, role: Role, posts: dict[str, str]
) -> None:
    tried = upload(browser, *tables.rows(1))
    taken = browser.post(EXPORT, data=KEY).location
    browser.sign_in(make_user(session, role=role, posts=posts))

    assert {browser.get(IMPORT).status_code, browser.get(EXPORT).status_code} == {403}
    assert browser.post(EXPORT, data=KEY).status_code == 403
    for path in (
        tried,
        f"{tried}/now",
        f"{tried}/wrong.csv",
        taken,
        f"{taken}/now",
        f"{taken}.zip",
    ):
        assert browser.get(path).status_code in {403, 404}
    assert browser.post(f"{tried}/enter", data=KEY).status_code in {403, 404}


def test_a_colleague_does_not_see_the_file(session: Session, browser: Browser) -> None:
    tried = upload(browser, *tables.rows(1))
    taken = browser.post(EXPORT, data=KEY).location
    browser.sign_in(make_user(session, role=Role.ADMIN))

    assert browser.get(IMPORT).status_code == browser.get(EXPORT).status_code == 200
    assert browser.get(tried).status_code == browser.get(taken).status_code == 404
    assert browser.post(f"{tried}/enter", data=KEY).status_code == 404


def test_an_export_is_noted_and_comes_as_one_file(
    session: Session, browser: Browser, registrar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    enterprise = make_enterprise(session)
    made = browser.post(EXPORT, data=KEY).location
    assert "The export is being written" in browser.get(made).text
    assert browser.get(f"{made}.zip").status_code == 404
    taken = write(browser, made)
    assert f'href="{taken}"' in browser.get(f"{made}/now").text

    content = io.BytesIO(browser.get(taken, buffered=True).data)

    with zipfile.ZipFile(content) as archive:
        assert {"README.txt", "SHA256SUMS", "ended.csv"} <= set(archive.namelist())
        table = archive.read("enterprises-1.csv").decode("utf-8-sig")
        line = json.loads(archive.read("filings.jsonl").decode().splitlines()[0])
    assert list(csv.reader(io.StringIO(table)))[1][0] == enterprise.credit_code
    assert line["credit_code"] == enterprise.credit_code
    noted = session.scalars(sa.select(RegisterExport)).one()
    assert noted.by_id == registrar.id
    assert registrar.name in browser.get(EXPORT).text
    later = noted.at.astimezone(UTC) + timedelta(hours=12, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    browser.sign_in(registrar)
    assert browser.get(taken).status_code == browser.get(made).status_code == 404


def test_an_export_is_thrown_away_when_its_time_is_over(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(browser, browser.post(EXPORT, data=KEY).location)
    directory = Path(browser.application.config["DATA_DIR"]) / exports.FOLDER
    (directory / "tmpleft").mkdir()

    with browser.application.app_context():
        tasks.sweep_exports()
        assert len(list(directory.iterdir())) == 2
        later = clock.now() + timedelta(hours=12, minutes=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        tasks.sweep_exports()
    assert list(directory.iterdir()) == []


def test_an_export_that_was_given_up_says_so(session: Session, browser: Browser) -> None:
    made = browser.post(EXPORT, data=KEY).location
    session.execute(sa.text("UPDATE procrastinate_jobs SET status = 'failed'"))
    session.commit()

    assert "The export could not be written" in browser.get(made).text


def test_a_note_of_an_export_is_never_altered(session: Session, browser: Browser) -> None:
    browser.post(EXPORT, data=KEY)

    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        session.execute(sa.delete(RegisterExport))
