"""The register's pages: what everybody sees, and what only some do."""

import html
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises import fact_words, tasks
from servicedesk.enterprises.chronology import Row
from servicedesk.enterprises.models import Certificate, CertificateState, EndReason, Enterprise
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import certificates, names
from servicedesk.park import local_day
from servicedesk.words import Text
from tests.conftest import Browser
from tests.enterprises.factories import NOW, make_enterprise
from tests.factories import make_user


def licence_of(session: Session, enterprise: Enterprise) -> Certificate:
    return session.scalars(
        sa.select(Certificate).where(Certificate.enterprise_id == enterprise.id)
    ).one()


@pytest.mark.parametrize("typed", ["", "澄野", "澄", "chengye", "CHENG YE", "生物科技"])
def test_an_enterprise_is_found_by_characters_and_by_pinyin(
    session: Session, browser: Browser, typed: str
) -> None:
    enterprise = make_enterprise(session)

    page = browser.get("/register", query_string={"q": typed}).text

    assert enterprise.credit_code in page


def test_an_enterprise_is_found_by_its_credit_code(session: Session, browser: Browser) -> None:
    enterprise = make_enterprise(session)
    other = make_enterprise(session, trade_name="听松")

    page = browser.get("/register", query_string={"q": enterprise.credit_code.lower()}).text

    assert enterprise.name in page
    assert other.name not in page


@pytest.mark.parametrize("typed", ["没有", "zzz", "%", "__", "ab", "'; DROP TABLE users"])
def test_what_is_not_there_is_not_found(session: Session, browser: Browser, typed: str) -> None:
    enterprise = make_enterprise(session)
    answer = browser.get("/register", query_string={"q": typed})

    assert answer.status_code == 200
    assert (enterprise.credit_code in answer.text) == (not typed.strip())


def test_the_register_is_paged(session: Session, browser: Browser) -> None:
    for number in range(26):
        make_enterprise(
            session, trade_name=f"澄野{'甲乙丙丁戊己庚辛'[number % 8]}{chr(0x4E00 + number)}"
        )

    first = browser.get("/register").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = browser.get("/register" + following[1].replace("&amp;", "&")).text

    assert first.count('scope="row"') == 25
    assert second.count('scope="row"') == 1


def test_the_public_entry_says_what_the_law_publishes_and_no_more(
    session: Session, browser: Browser
) -> None:
    enterprise = make_enterprise(session)

    page = browser.get(f"/register/{enterprise.credit_code}").text

    for words in (enterprise.name, "林乔", "周若谷", "CNY", "60", "Set-up registration"):
        assert words in page
    assert "110114198803121021" not in page
    assert licence_of(session, enterprise).code not in page


def test_an_unknown_credit_code_is_not_found(browser: Browser) -> None:
    assert browser.get("/register/91110114MAY000017G").status_code == 404


def test_members_see_their_enterprise_and_strangers_do_not(
    session: Session, browser: Browser
) -> None:
    founder, stranger = make_user(session), make_user(session)
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    enterprise = make_enterprise(session, founder)
    address = f"/enterprises/{enterprise.id}"

    assert browser.get(address).status_code == 303  # sign in first
    browser.sign_in(founder)
    page = browser.get(address)
    assert licence_of(session, enterprise).code in page.text
    assert enterprise.name in browser.get("/enterprises").text
    browser.sign_in(stranger)
    assert browser.get(address).status_code == 404
    assert enterprise.name not in browser.get("/enterprises").text
    browser.sign_in(clerk)
    assert browser.get(address).status_code == 200


# certificates


def test_a_code_is_verified_however_it_is_typed(session: Session, browser: Browser) -> None:
    code = licence_of(session, make_enterprise(session)).code
    typed = code.replace("-", " ").lower()

    answer = browser.get("/verify", query_string={"code": typed})

    assert answer.status_code == 303
    assert answer.location.endswith(f"/verify/{code}")


def test_verifying_shows_exactly_what_was_certified(session: Session, browser: Browser) -> None:
    licence = licence_of(session, make_enterprise(session))

    page = browser.get(f"/verify/{licence.code}").text

    assert "Valid. We have issued it and it is in force." in page
    for row in licence.facts["rows"]:
        assert row["value"]["en"].replace("&", "&amp;").replace("'", "&#39;") in page


@pytest.mark.parametrize(
    ("state", "words"),
    [(CertificateState.REPLACED, "Replaced."), (CertificateState.REVOKED, "Revoked.")],
)
def test_what_is_not_in_force_says_so_and_is_not_printed(
    session: Session, browser: Browser, state: CertificateState, words: str
) -> None:
    licence = licence_of(session, make_enterprise(session))
    if state is CertificateState.REVOKED:
        certificates.revoke(licence, reason="Obtained with false papers", now=NOW)
    licence.state = state
    session.commit()

    page = browser.get(f"/verify/{licence.code}").text

    assert words in page
    assert ("false papers" in page) == (state is CertificateState.REVOKED)
    assert browser.get(f"/verify/{licence.code}/certificate.pdf").status_code == 409


@pytest.mark.parametrize("code", ["0" * 28, "nonsense", "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG"])
def test_an_unknown_code_is_told_apart_from_ours(browser: Browser, code: str) -> None:
    answer = browser.get(f"/verify/{code}", follow_redirects=True)

    assert answer.status_code == 404
    assert "We have issued no certificate with this code" in answer.text
    assert browser.get(f"/verify/{code}/certificate.pdf").status_code == 404


def test_what_cannot_be_a_code_is_to_be_corrected(browser: Browser) -> None:
    assert browser.get("/verify", query_string={"code": "abc"}).status_code == 422
    assert browser.get("/verify").status_code == 200


def test_whoever_holds_the_code_gets_the_print_as_a_sandboxed_download(
    session: Session, browser: Browser
) -> None:
    code = licence_of(session, make_enterprise(session)).code

    first = browser.get(f"/verify/{code}/certificate.pdf")
    second = browser.get(f"/verify/{code}/certificate.pdf")

    assert first.data.startswith(b"%PDF-1.")
    assert first.data == second.data
    assert first.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in first.headers["Content-Security-Policy"]
    assert first.headers["X-Content-Type-Options"] == "nosniff"


def test_the_job_prints_before_anybody_asks(session: Session, browser: Browser) -> None:
    licence = licence_of(session, make_enterprise(session))
    deferred = session.execute(
        sa.text(
            "SELECT task_name, args FROM procrastinate_jobs WHERE task_name LIKE 'enterprises.%'"
        )
    ).one()

    with browser.application.app_context():
        tasks.print_certificate(licence.id)
        tasks.print_certificate(licence.id)
        prints = list((browser.application.config["DATA_DIR"] / "certificates").glob("*.pdf"))

    assert tuple(deferred) == ("enterprises.print_certificate", {"certificate_id": licence.id})
    assert len(prints) == 1


# the name check


def test_a_free_name_and_a_taken_one_are_told_apart(session: Session, browser: Browser) -> None:
    make_enterprise(session)

    def ask(trade_name: str) -> str:
        query = {"trade_name": trade_name, "industry": "生物科技", "division": "北京"}
        return browser.get("/names/check", query_string=query).text

    assert "This name is free" in ask("听松")
    assert "This name will be refused" in ask("澄野")
    assert "Has one character less (新)" in ask("澄野新")
    assert "Sounds the same (chéng yě)" in ask("成野")


def near_rows(page: str) -> list[str]:
    """Return the rows of the table of like names, without their marks."""
    rows = re.findall(r'<tr role="row">\s*<th scope="row".*?</tr>', page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in rows]


def test_each_near_name_says_why_how_it_is_held_and_what_follows(
    session: Session, browser: Browser
) -> None:
    make_enterprise(session, trade_name="泰康")
    gone = make_enterprise(session, trade_name="秦康")
    names.give_up(session, enterprise_id=gone.id, day=local_day(clock.now()))
    parts = NameParts("北京", "太康", "生物技术", "有限公司")
    holder = make_user(session, name="韩望舒")
    names.hold(session, parts, holder_id=holder.id, case_id=1, now=clock.now())
    session.commit()

    query = {"trade_name": "泰康", "industry": "生物工程", "division": "北京"}
    page = browser.get("/names/check", query_string=query).text
    same, sound, look = near_rows(page)

    assert "This name will be refused" in page
    assert "泰康生物科技" in same
    assert "Has the same trade name in the same industry Registered Will be refused" in same
    assert same.endswith("art. 17")
    assert "Sounds the same (tài kāng) Held for an application that is being decided" in sound
    assert "Looks alike (秦 / 泰) Deregistered on" in look
    assert "free from" in look
    assert look.endswith("art. 16, 17")
    assert holder.name not in page


def test_what_is_suggested_is_free(session: Session, browser: Browser) -> None:
    make_enterprise(session, trade_name="澄野")
    query = {"trade_name": "澄野", "industry": "生物科技", "division": "北京"}
    first, again = (browser.get("/names/check", query_string=query).text for _ in range(2))
    links = [html.unescape(one) for one in re.findall(r'lang="zh-CN" href="([^"]+)"', first)]

    assert len(links) == 3
    assert all("This name is free<" in browser.get(link).text for link in links)
    assert first.count("/names/check?") == again.count("/names/check?")


@pytest.mark.parametrize(
    ("ending", "words", "article"),
    [
        ("（中国）有限公司", "foreign investor", "art. 12"),
        ("集团有限公司", "controls the others of a group", "art. 14"),
    ],
)
def test_china_and_group_are_free_with_care(
    browser: Browser, ending: str, words: str, article: str
) -> None:
    query = {"trade_name": "听松", "industry": "生物科技", "name_form": ending}
    page = browser.get("/names/check", query_string=query).text

    assert "This name is free, with care" in page
    assert words in page
    assert article in page


def test_the_name_of_a_branch_is_judged_by_its_parent(browser: Browser) -> None:
    def ask(**query: str) -> str:
        return browser.get("/names/check-branch", query_string=query).text

    assert "This name is free" in ask(parent="北京澄野样例有限公司", word="昌平", ending="分公司")
    assert "This name will be refused" in ask(parent="北京澄野样例中心", ending="分公司")
    assert "This name" not in ask()


def test_where_a_name_is_refused_nothing_about_it_is_called_in_order(browser: Browser) -> None:
    page = browser.get(
        "/names/check", query_string={"trade_name": "北京市", "industry": "咨询"}
    ).text

    assert "This name will be refused" in page
    assert "Nobody here has" not in page


def test_a_blank_in_the_trade_name_is_refused_as_on_a_form(browser: Browser) -> None:
    page = browser.get(
        "/names/check", query_string={"trade_name": "瑞 康", "industry": "咨询"}
    ).text

    assert "Leave out the blanks." in page


def test_who_has_reserved_a_name_is_told_that_it_is_theirs(
    session: Session, browser: Browser
) -> None:
    holder = make_user(session)
    parts = NameParts("北京", "瑞康", "咨询", "有限公司")
    now = clock.now()
    name = names.hold(session, parts, holder_id=holder.id, case_id=1, now=now)
    names.reserve(name, needs_approval=False, days=None, now=now)
    session.commit()
    query = {"trade_name": "瑞康", "industry": "咨询", "division": "北京"}

    stranger = browser.get("/names/check", query_string=query).text
    browser.sign_in(holder)
    own = browser.get("/names/check", query_string=query).text

    assert "This name will be refused" in stranger
    assert "This name is reserved for you" in own
    assert "This name will be refused" not in own


@pytest.mark.parametrize("path", ["/register", "/verify", "/names/check?trade_name=澄野"])
def test_pages_are_there_in_chinese(browser: Browser, path: str) -> None:
    answer = browser.get(path, headers={"Accept-Language": "zh-CN"})

    assert answer.status_code == 200
    assert 'lang="zh-CN"' in answer.text


def test_asking_too_often_is_slowed(browser: Browser) -> None:
    statuses = {browser.get("/names/check?trade_name=澄野").status_code for _ in range(125)}

    assert statuses == {200, 429}


def test_hostile_names_are_shown_as_text(browser: Browser) -> None:
    page = browser.get(
        "/names/check", query_string={"trade_name": "<script>alert(1)</script>"}
    ).text

    assert "<script>alert" not in page


def test_a_licence_that_ended_with_its_enterprise_is_not_called_revoked(
    session: Session, browser: Browser
) -> None:
    enterprise = make_enterprise(session)
    certificates.end(licence_of(session, enterprise), EndReason.DEREGISTERED, NOW)
    session.commit()

    assert "was revoked on" not in browser.get(f"/register/{enterprise.credit_code}").text


def test_the_posts_of_one_person_are_not_read_as_several_people() -> None:
    value = {"name": "林乔", "posts": ["director", "legal_representative", "manager"]}

    said = fact_words.line(Row("officers", "林乔", value))

    assert said is not None
    assert said.en == "林乔 (director, legal representative, manager)"
    assert said.zh == "林乔（董事、法定代表人、经理）"
    assert fact_words.line(Row("officers", "林乔", {"name": "林乔"})) == Text("林乔", "林乔")
