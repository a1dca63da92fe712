"""The park in figures: from filings to the page, the table and the files."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from servicedesk.indicators import figures, open_data, operations, tasks
from servicedesk.indicators.figures import Count, Figures, Sum
from servicedesk.indicators.models import RegisterStatistics
from servicedesk.web import table_cells
from tests.conftest import Browser
from tests.enterprises.factories import NOW, make_enterprise
from tests.races.statements import counted

BILLION = 10**9


def yuan(amount: object) -> dict[str, str]:
    return {"currency": "CNY", "amount": f"{amount}.00"}


def annual(year: int, amount: int) -> dict[str, Any]:
    return {f"annual_report_{year}": {"year": year, "revenue": yuan(amount)}}


def add(session: Session, number: int, **facts: object) -> Enterprise:
    """Add an enterprise as the register would have it after its filings."""
    first = session.scalar(sa.select(Enterprise).order_by(Enterprise.id).limit(1))
    template = first or make_enterprise(session)
    name = f"北京澄野{number}生物科技有限公司"
    enterprise = Enterprise(
        credit_code=register.next_code(session, "110114"), name=name, name_pinyin="",
        org_form="llc", facts={}, registered_on=date(2020, 3, 2), last_seq=0, last_hash=b"",
    )  # fmt: skip
    session.add(enterprise)
    session.flush()
    kept = {key: template.facts[key] for key in ("org_form", "scope", "main_scope", "address")}
    decision = Decision(None, None, NOW)
    register.file(session, enterprise, "set_up", {**kept, "name": name, **facts}, decision=decision)
    return enterprise


def end(session: Session, enterprise: Enterprise, at: datetime = NOW) -> None:
    facts = {**enterprise.facts, "state": "deregistered"}
    register.file(session, enterprise, "deregister", facts, decision=Decision(None, None, at))


def count(session: Session, now: datetime = NOW) -> Figures:
    operations.count_register(session, now=now)
    session.commit()
    latest = session.scalars(
        sa.select(RegisterStatistics).order_by(RegisterStatistics.day.desc())
    ).first()
    assert latest is not None
    session.refresh(latest)
    return Figures(latest.day, latest.figures)


def reporting(session: Session) -> None:
    """Five enterprises whose revenue grew from 54 to 80 billion within three years."""
    for number in range(5):
        reports: dict[str, Any] = {}
        for year, total in ((2022, 54), (2023, 60), (2024, 70), (2025, 80)):
            reports |= annual(year, total * BILLION // 5)
        for quarter in range(1, 5):
            reports[f"quarterly_report_2025q{quarter}"] = {
                "revenue": yuan(BILLION), "output": yuan(2 * BILLION),
            }  # fmt: skip
        add(session, number, **reports)


def test_what_the_park_reports_comes_from_the_filings(session: Session, browser: Browser) -> None:
    reporting(session)
    shown = count(session)

    three = next(one for one in shown.growth(figures.REVENUE) if one.years == 3)
    assert shown.yearly(figures.REVENUE)[2025] == 80 * BILLION
    assert three.percent == Decimal("14.0")
    assert shown.yearly(figures.QUARTER_OUTPUT) == {2025: 40 * BILLION}
    page = browser.get("/register/statistics").text.replace("\xa0", " ")
    assert "Total revenue in 2025: 80.0 billion yuan, from 5 of 5 reports due." in page
    assert "Average annual growth over three years, 2022 to 2025: 14.0 %." in page


def test_too_few_reports_are_not_told_and_other_currencies_not_added(session: Session) -> None:
    for number in range(4):
        add(session, number, **annual(2025, 7))
    dollars = {"currency": "USD", "amount": "1000.00"}
    add(session, 4, annual_report_2025={"revenue": dollars})
    few = count(session)

    (cell,) = few.money(figures.REVENUE)
    assert (cell.total, cell.reports, cell.others) == (None, 4, {"USD": 1})

    add(session, 5, **annual(2025, 7))
    (cell,) = count(session).money(figures.REVENUE)
    assert (cell.total, cell.reports, cell.others) == (Decimal(35), 5, {"USD": 1})


def test_standing_follows_set_ups_and_ends(session: Session) -> None:
    one = add(session, 1)
    add(session, 2)
    add(session, 3, main_scope="BS050", scientist_founded=True)
    end(session, one)
    session.commit()
    shown = count(session)

    year = shown.day.year
    before = shown.standing(figures.ALL, "", 2020)
    assert before == 3
    assert shown.ends(figures.ALL, "", year) == 1
    assert shown.standing(figures.ALL, "", year) == 3  # and the one they were copied from
    assert shown.set_ups(figures.ALL, "", 2020) == 3
    assert shown.standing(figures.SCIENTIST, "yes", year) is None
    assert shown.due(2020) == 3
    assert shown.due(year) is None


def test_a_year_whose_reports_are_still_coming_in_is_not_compared(
    session: Session, browser: Browser
) -> None:
    """Twenty reported 2022 and 2024; of 2025 five reports are in."""
    for number in range(20):
        reports = annual(2022, BILLION) | annual(2024, 2 * BILLION)
        add(session, number, **(reports | annual(2025, 3 * BILLION) if number < 5 else reports))
    shown = count(session)

    assert {(one.first, one.last): one.percent for one in shown.growth(figures.REVENUE)} == {
        (2023, 2024): None,
        (2022, 2024): Decimal("41.4"),
        (2021, 2024): None,
        (2020, 2024): None,
        (2019, 2024): None,
    }
    assert shown.on_year_before(figures.REVENUE, "2025") is None
    page = browser.get("/register/statistics").text.replace("\xa0", " ")
    assert "Total revenue in 2024: 40.0 billion yuan, from 20 of 20 reports due." in page
    assert "Annual reports for 2025 are still coming in: 5 of 20." in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    browser.get("/?lang=zh")
    assert "2021、2023" in browser.get("/register/statistics").text


def test_who_lost_the_licence_ended_then_and_not_when_it_is_deregistered(session: Session) -> None:
    first, second = add(session, 1), add(session, 2)
    for enterprise, wrong in ((first, False), (second, True)):
        revoked = {**enterprise.facts, "state": "revoked"}
        decision = Decision(None, None, NOW)
        filing = register.file(
            session, enterprise, "revoke", revoked, decision=decision, on=date(2023, 5, 4)
        )
        if wrong:
            register.strike(session, enterprise, filing.seq, decision=decision)
        end(session, enterprise)
    session.commit()
    shown = count(session)

    assert shown.ends(figures.ALL, "", 2023) == 1
    assert shown.ends(figures.ALL, "", NOW.year) == 1
    assert shown.unknown_ends == 0


def test_an_end_that_no_filing_tells_is_in_no_count_and_said(session: Session) -> None:
    add(session, 1)
    session.execute(sa.text("UPDATE register_entries SET life = 'ended'"))
    session.commit()
    shown = count(session)

    assert shown.unknown_ends == 2
    assert shown.keys(figures.ALL) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_there_before_anything_is_counted_and_after(
    session: Session, browser: Browser, language: str
) -> None:
    path = "/register/statistics"
    assert browser.get(path).status_code == 200
    assert browser.get(f"{path}.csv").status_code == 404
    count(session)  # an empty register
    assert browser.get(path).status_code == 200
    reporting(session)
    count(session, NOW + timedelta(days=1))
    browser.get(f"/?lang={language}")
    assert browser.get(path).status_code == 200


def test_a_view_of_the_page_reads_one_row(app: Flask, session: Session, browser: Browser) -> None:
    reporting(session)
    count(session)

    with counted(app) as statements:
        browser.get("/register/statistics")

    assert len(statements) <= 3
    assert not [one for one in statements if "enterprises" in str(one)]


def test_the_files_have_the_same_figures_under_stable_keys(
    session: Session, browser: Browser
) -> None:
    reporting(session)
    count(session)

    text = browser.get("/register/statistics.csv")
    rows = list(csv.DictReader(io.StringIO(text.text.removeprefix("\ufeff"))))
    data = browser.get("/register/statistics.json").json

    assert text.headers["Content-Disposition"].startswith("attachment")
    assert data is not None
    assert len(rows) == len(data["figures"])
    assert list(rows[0]) == list(open_data.COLUMNS)
    assert set(data["figures"][0]) == set(open_data.COLUMNS)
    told = {(one["indicator"], one["key"], one["period"]): one for one in rows}
    assert told["annual_revenue", "", "2025"]["value"] == "80000000000.00"
    assert told["annual_revenue", "", "2025"]["reports"] == "5"
    assert told["average_growth", "annual_revenue", "2022-2025"]["value"] == "14.0"
    assert all(one["label_zh"] and one["label_en"] for one in rows)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "@SUM(A1)", "\t=1", "\r=1", "-1+1", "-cmd", "|x"])
def test_no_cell_of_the_table_runs(cell: str) -> None:
    assert str(table_cells.safe(cell)).startswith("'")


def test_a_total_of_three_quarters_is_no_year() -> None:
    sums = [Sum(figures.QUARTER_OUTPUT, f"2025q{n}", "CNY", 5, Decimal(n)) for n in (1, 2, 4)]
    kept = figures.kept([], sums, unknown_ends=0, before={})
    shown = Figures(date(2026, 3, 1), kept)

    assert shown.yearly(figures.QUARTER_OUTPUT) == {2025: None}
    assert [one.total for one in shown.money(figures.QUARTER_OUTPUT)] == [1, 2, None, 4]
    assert shown.growth(figures.QUARTER_OUTPUT) == []


def test_counts_of_a_group_add_up() -> None:
    counts = [
        Count(figures.INDUSTRY, "pharma", 2024, None, 3),
        Count(figures.INDUSTRY, "pharma", 2024, 2025, 2),
        Count(figures.INDUSTRY, "software", 2025, None, 9),
    ]
    shown = Figures(date(2026, 3, 1), figures.kept(counts, [], unknown_ends=0, before={}))

    assert shown.keys(figures.INDUSTRY) == ["software", "pharma"]
    standing = [shown.standing(figures.INDUSTRY, "pharma", year) for year in (2023, 2024, 2025)]
    assert standing == [0, 5, 3]


def test_the_job_counts(session: Session, app: Flask) -> None:
    with app.app_context():
        tasks.count_register()
        tasks.count_register()

    assert session.scalar(sa.select(sa.func.count()).select_from(RegisterStatistics)) == 1
