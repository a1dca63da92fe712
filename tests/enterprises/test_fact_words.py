"""How facts are told: all that can change of them, and under the names of the form."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises.certificate_facts import Issue, licence
from servicedesk.enterprises.change_wishes import asked_difference
from servicedesk.enterprises.chronology import Row
from servicedesk.enterprises.fact_words import label, line
from servicedesk.enterprises.models import Certificate, Enterprise
from servicedesk.enterprises.operations.register import Decision, set_up
from servicedesk.words import Text
from tests.conftest import Browser
from tests.enterprises.approving import approved
from tests.enterprises.factories import NOW, make_enterprise

TODAY = date(2026, 5, 6)


def test_another_day_of_payment_is_seen_in_the_difference(session: Session) -> None:
    enterprise = make_enterprise(session)
    given = {
        "credit_code": enterprise.credit_code,
        "filing_kinds": ["contributions"],
        "shareholders": [{"full_name": "林乔", "method": "in_kind", "pay_by": "2029-01-31"}],
    }

    (one,) = asked_difference(session, "file_particulars", given, TODAY)

    assert [one_line.zh.replace("\xa0", " ") for one_line in (*one.before, *one.after)] == [
        "林乔：3,000,000.00 元，占 60.00%，货币出资，缴足日期 2031 年 3 月 31 日",
        "林乔：3,000,000.00 元，占 60.00%，非货币财产出资，缴足日期 2029 年 1 月 31 日",
    ]
    assert (
        one.after[0]
        .en.replace("\xa0", " ")
        .endswith(", 60.00 %, in kind, paid in by 31 January 2029")
    )


def test_an_owner_of_whom_only_the_name_is_known_is_told_by_it() -> None:
    told = line(Row("shareholders", "何清远", {"name": "何清远", "contribution": None}))

    assert told == Text("何清远", "何清远")


def test_who_acts_for_a_branch_takes_no_post_and_the_notice_calls_them_so(
    session: Session,
) -> None:
    parent = make_enterprise(session)
    approved(
        session, parent, "register_branch",
        licence_way="own", branch_word="昌平", name_form="branch", full_name="韩未央",
        scope=["BS001"], main_scope="BS001", address_kind="own",
        own_address="北京市昌平区示例路 9 号",
    )  # fmt: skip
    branch = session.scalars(sa.select(Enterprise).where(Enterprise.id != parent.id)).one()

    facts = approved(
        session, branch, "change_legal_representative",
        credit_code=branch.credit_code, full_name="周若谷", legal_rep_post="director",
    )  # fmt: skip

    assert (facts["legal_representative"], facts["officers"]) == ("周若谷", [])
    (notice,) = session.scalars(
        sa.select(Certificate).where(Certificate.template == "change_notice")
    )
    assert [one["label"]["zh"] for one in notice.facts["changes"]] == ["负责人"]


def test_the_address_of_other_forms_has_a_name_of_its_own() -> None:
    told = [label("address", form) for form in ("llc", "lp", "branch")]

    assert [one.zh for one in told if one] == ["住所", "主要经营场所", "经营场所"]


@pytest.mark.parametrize(
    ("org_form", "capital", "owners"),
    [
        ("llc", "Registered capital", "Shareholders"),
        ("lp", "Contributions", "Partners"),
        ("sole", "Contribution", "Investor"),
    ],
)
def test_capital_and_owners_are_called_by_the_form_on_the_page_and_on_the_licence(
    session: Session, browser: Browser, org_form: str, capital: str, owners: str
) -> None:
    facts = {**make_enterprise(session).facts, "org_form": org_form}
    one = set_up(session, facts, decision=Decision(None, None, NOW))
    session.commit()

    page = browser.get(f"/register/{one.credit_code}").text
    printed = licence(one.facts, one.credit_code, Issue(Text("Office", "机关"), TODAY, "R26-00001"))

    assert f"<dt>{capital}</dt>" in page
    assert f"<h3>{owners}</h3>" in page
    assert capital in [row["label"]["en"] for row in printed["rows"]]
