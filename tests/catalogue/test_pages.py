"""The list of services and the guide, as visitors see them."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.catalogue import definitions, guide, operations
from servicedesk.extensions import db
from tests.catalogue.factories import publish, text
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING

SHIPPED = sorted(path.stem for path in definitions.SERVICES.glob("*.yaml"))


def test_the_list_shows_services_a_to_z_in_the_readers_language(
    session: Session, browser: Browser
) -> None:
    publish(session, code="T_ONE", name=text("Beta", "甲事项"))
    publish(session, code="T_TWO", name=text("Alpha", "乙事项"))

    english = browser.get("/services").text
    chinese = browser.get("/services?lang=zh").text

    assert english.index("Alpha") < english.index("Beta")
    assert chinese.index("甲事项") < chinese.index("乙事项")  # jia, yi


def test_the_list_is_narrowed_by_audience_and_topic(session: Session, browser: Browser) -> None:
    publish(session, code="T_ONE", name=text("For firms", "企业事项"), audience="enterprise")
    publish(session, code="T_TWO", name=text("For people", "个人事项"), audience="person")
    publish(session, code="T_ALL", name=text("For all", "通用事项"), topics=["work_permit"])

    firms = browser.get("/services?audience=enterprise").text
    permits = browser.get("/services?topic=work_permit").text

    assert "For firms" in firms
    assert "For people" not in firms
    assert "For all" in firms
    assert "For all" in permits
    assert "For firms" not in permits


def test_filters_nobody_offers_change_nothing(session: Session, browser: Browser) -> None:
    publish(session)

    response = browser.get("/services?audience=';drop&topic=none&sort=code")

    assert response.status_code == 200
    assert "A small service" in response.text


def test_a_search_without_result_says_what_to_do(session: Session, browser: Browser) -> None:
    publish(session)

    page = browser.get("/services?q=zebra").text

    assert "No service answers these words." in page
    assert "Show all services" in page


def test_a_search_is_not_markup(session: Session, browser: Browser) -> None:
    publish(session)

    page = browser.get("/services?q=<script>alert(1)</script>").text

    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("address", "most"), [("/services", 5), ("/services?q=small", 5), ("/services?topic=advice", 5)]
)
def test_the_list_needs_as_many_statements_however_many_services_there_are(
    app: Flask, session: Session, browser: Browser, address: str, most: int
) -> None:
    counts = []
    for number in (1, 12):
        for index in range(number):
            publish(session, code=f"T_{number}_{index}")
        with app.app_context():
            engine = db.engine
        statements: list[str] = []
        sa.event.listen(engine, "before_cursor_execute", lambda *a, s=statements: s.append(a[2]))
        browser.get(address)
        counts.append(len([one for one in statements if "FROM service" in one]))

    assert counts == [most, most]


def test_an_unknown_service_is_not_there(browser: Browser) -> None:
    assert browser.get("/services/NO_SUCH").status_code == 404


def test_the_guide_has_all_26_elements_each_under_its_name(
    session: Session, browser: Browser
) -> None:
    publish(session)

    for language in ("en", "zh"):
        page = browser.get(f"/services/T_SMALL?lang={language}").text
        for key, name in guide.element_names().items():
            assert page.count(f'id="element-{key}"') == 1, key
            assert name.in_language(language) in page


def test_there_are_26_elements() -> None:
    assert len(guide.element_names()) == 26


def test_the_guide_says_how_long_by_law_and_as_promised(session: Session, browser: Browser) -> None:
    publish(session)

    page = browser.get("/services/T_SMALL").text

    assert "By law: 20 working days" in page
    assert "3 working days" in page
    assert "Free of charge" in page


@pytest.mark.parametrize("code", SHIPPED)
def test_every_guide_we_ship_reads_in_both_languages(
    session: Session, browser: Browser, code: str
) -> None:
    service = definitions.load(definitions.SERVICES / f"{code}.yaml")
    operations.publish(session, service, MONDAY_MORNING)
    session.commit()

    english = browser.get(f"/services/{code}?lang=en")
    chinese = browser.get(f"/services/{code}?lang=zh")

    assert english.status_code == chinese.status_code == 200
    assert service.name.en in english.text
    assert service.name.zh in chinese.text


def test_the_guide_says_in_which_case_a_paper_is_needed(session: Session, browser: Browser) -> None:
    publish(session)

    assert "Needed if the place is rented" in browser.get("/services/T_SMALL").text
    assert "租赁房屋的，须提交" in browser.get("/services/T_SMALL?lang=zh").text


def test_the_guide_says_for_whom_a_limit_holds(session: Session, browser: Browser) -> None:
    service = definitions.load(definitions.SERVICES / "WP_NEW_ABROAD.yaml")
    operations.publish(session, service, MONDAY_MORNING)
    session.commit()

    page = browser.get("/services/WP_NEW_ABROAD").text

    assert "Category A: within 3 working days" in page
    assert "Other categories: within 5 working days" in page


@pytest.mark.parametrize("code", [code for code in SHIPPED if code.startswith("E_")])
def test_no_figure_of_elsewhere_and_no_number_of_another_office_stands_on_a_guide(
    session: Session, browser: Browser, code: str
) -> None:
    service = definitions.load(definitions.SERVICES / f"{code}.yaml")
    operations.publish(session, service, MONDAY_MORNING)
    session.commit()

    page = browser.get(f"/services/{code}").text

    assert "69740816" not in page  # the work permit window
    assert "square metres" not in page  # Qingdao
    assert "companies one clerk" not in page.casefold()


def test_people_are_not_shown_what_companies_apply_for(browser: Browser) -> None:
    page = browser.get("/services?audience=person").text

    assert "Set up a limited liability company" not in page
