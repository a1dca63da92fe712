"""Searching the catalogue as people type: Chinese, pinyin, and Latin with slips."""

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from servicedesk.catalogue import queries, searching
from servicedesk.catalogue.definition import Audience
from servicedesk.catalogue.models import SearchTerm
from servicedesk.extensions import db
from servicedesk.words import Text
from tests.catalogue.factories import make_service, publish, text
from tests.races.statements import counted

SERVICES = {
    "T_PERMIT": {
        "name": text("Extension of a work permit", "外国人工作许可延期"),
        "summary": text("Keep an employee from abroad.", "继续聘用外国人。"),
        "keywords": text("foreigner, labour", "签证 聘外"),
        "audience": "enterprise",
        "topics": ["work_permit"],
    },
    "T_LLC": {
        "name": text("Set up a limited liability company", "有限责任公司设立登记"),
        "summary": text("Register a company.", "登记设立公司，领取营业执照。"),
        "keywords": text("start-up, incorporate", "开公司 注册公司"),
        "audience": "enterprise",
        "topics": ["set_up_company"],
    },
    "T_TAX": {
        "name": text("Tax advice", "税务咨询"),
        "summary": text("Ask about taxes.", "咨询税务问题。"),
        "audience": "person",
        "topics": ["tax_insurance"],
    },
}


@pytest.fixture
def catalogue(session: Session) -> Session:
    """Return the session of a catalogue with three services."""
    for code, changes in SERVICES.items():
        publish(session, code=code, **changes)
    return session


FINDS = {
    "工作": "T_PERMIT",  # two characters
    "许可": "T_PERMIT",
    "税": "T_TAX",  # one character
    "公司": "T_LLC",
    "設立公司": "T_LLC",  # traditional
    "注册公司": "T_LLC",  # a keyword
    "我想办理外国人工作许可": "T_PERMIT",  # a sentence
    "gongsi": "T_LLC",  # pinyin, whole
    "gong si": "T_LLC",
    "GongzuoXuke": "T_PERMIT",
    "gzxk": "T_PERMIT",  # pinyin, initials
    "swzx": "T_TAX",
    "zcgs": "T_LLC",  # initials of a keyword
    "work permit": "T_PERMIT",
    "wrok permit": "T_PERMIT",  # swapped letters
    "work premit": "T_PERMIT",
    "compny": "T_LLC",  # a letter left out
    "companyy": "T_LLC",
    "liabilty": "T_LLC",
    "incorp": "T_LLC",  # the beginning of a word
    "taxes": "T_TAX",
    "ＴＡＸ": "T_TAX",  # full width
    "T_LLC": "T_LLC",  # the code
    "permit 延期": "T_PERMIT",  # both at once
    "how do I set up a company": "T_LLC",
}


FINDS_NOTHING = ["", "   ", "!?", "zebra", "斑马", "xyzzy plugh", "7", "%", "'; --", "的"]


def test_an_entry_of_a_list_is_found_by_both_languages_sound_initials_and_code() -> None:
    found = searching.findable(Text("Software sales", "软件销售"), "BS050")

    texts, sounds, initials = found.split("|")
    for part in ("software", "软件", "軟件", "bs050"):
        assert part in texts
    assert (sounds, initials) == ("ruan jian xiao shou", "rjxs")


def test_the_best_answer_comes_first(catalogue: Session) -> None:
    found = {query: [one.code for one in queries.search(catalogue, query)][:1] for query in FINDS}

    assert found == {query: [code] for query, code in FINDS.items()}


def test_what_nothing_answers_finds_nothing(catalogue: Session) -> None:
    found = {query: queries.search(catalogue, query) for query in FINDS_NOTHING}

    assert found == {query: [] for query in FINDS_NOTHING}


def test_a_word_in_the_name_counts_more_than_one_elsewhere(session: Session) -> None:
    publish(session, code="T_A", name=text("Housing", "住房"), keywords=text("visa", "签证"))
    publish(session, code="T_B", name=text("Visa", "签证"), keywords=text("housing", "住房"))

    assert [one.code for one in queries.search(session, "签证")] == ["T_B", "T_A"]
    assert [one.code for one in queries.search(session, "visa")] == ["T_B", "T_A"]


def test_a_search_may_be_narrowed(catalogue: Session) -> None:
    everywhere = queries.search(catalogue, "公司 税务")
    people = queries.search(catalogue, "税", audience=Audience.PERSON)
    firms = queries.search(catalogue, "税", audience=Audience.ENTERPRISE)
    about = queries.search(catalogue, "公司", topic="work_permit")

    assert everywhere == []  # nothing is about both
    assert [one.code for one in people] == ["T_TAX"]
    assert firms == []
    assert about == []


def test_a_list_knows_what_its_rows_show(catalogue: Session) -> None:
    rows = queries.page_of_services(catalogue, language="en").items

    assert [one.name.en for one in rows] == sorted(one.name.en for one in rows)
    assert rows[0].committed_days == 3
    assert rows[0].summary.zh == "继续聘用外国人。"


def test_topics_are_counted_in_their_order(catalogue: Session) -> None:
    counts = queries.topic_counts(catalogue)

    assert [(one.topic.key, one.count) for one in counts] == [
        ("set_up_company", 1),
        ("work_permit", 1),
        ("tax_insurance", 1),
    ]


@given(st.text(max_size=100))
def test_every_query_can_be_taken_apart_and_scored(query: str) -> None:
    service = make_service()
    wanted = searching.wanted(query)

    if wanted is not None:
        indexed = searching.grams(service)
        assert 0 <= searching.score(wanted, service.name.en, service.name.zh, indexed) <= 2


@given(st.sampled_from(sorted("限责公司设立登记")), st.sampled_from(sorted("限责公司设立登记")))
def test_two_characters_find_exactly_where_they_stand_together(one: str, other: str) -> None:
    service = make_service(name=text("A name", "有限责任公司设立登记"))
    wanted = searching.wanted(one + other)
    assert wanted is not None

    score = searching.score(wanted, service.name.en, service.name.zh, searching.grams(service))

    assert (score > 0) is (one + other in "有限责任公司设立登记")


LETTERS = st.text("abcde", min_size=1, max_size=11)


@st.composite
def typed_and_meant(draw: st.DrawFn) -> tuple[str, str]:
    """Return a word and a term, often one that it means: with slips, its beginning, inside."""
    word = draw(LETTERS)
    near = list(word)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(near)))
        near[at : at + draw(st.integers(0, 2))] = draw(st.text("abcde", max_size=2))
    around = draw(st.text("abcde ", max_size=3)), draw(st.text("abcde ", max_size=3))
    mark = draw(st.sampled_from("wpi"))
    return word, f"{mark}:{around[0]}{''.join(near)}{around[1]}"


@given(typed_and_meant())
def test_the_index_finds_every_term_that_a_word_may_mean(pair: tuple[str, str]) -> None:
    word, term = pair
    if not searching.means(word, term) or term == f"w:{word}":
        return
    like, has = searching.likeness(word), set(searching.letter_pairs(term))

    assert like is not None
    is_inside = has.issuperset(like.inner)
    is_like = bool(like.least) and len(has.intersection(like.pairs)) >= like.least
    assert is_inside or (is_like and not has.isdisjoint(like.telling))


@given(st.text("限责公司设立", min_size=1, max_size=12), st.text("限责公司设立", max_size=14))
def test_the_index_finds_every_service_that_answers_a_run(run: str, name: str) -> None:
    service = make_service(name=text("A name", name or "无"))
    wanted = searching.wanted(run)
    assert wanted is not None
    grams = searching.grams(service)

    if searching.score(wanted, service.name.en, service.name.zh, grams):
        assert all(not set(group).isdisjoint(grams) for group in searching.run_windows(run))


def test_a_search_takes_three_statements_however_many_services_answer(
    app: Flask, session: Session
) -> None:
    for number in range(3):
        publish(session, code=f"T_{number}", name=text(f"Zebra {number}", f"斑马{number}"))

    for query in ("斑马", "zebra", "zebar 斑马 banma"):
        with app.app_context(), counted(app) as sent:
            found = queries.search(db.session, query)
        assert len(found) == 3
        assert len(sent) == (2 if query == "斑马" else 3)


def test_words_of_the_catalogue_are_kept_once(session: Session) -> None:
    publish(session, code="T_A", name=text("Zebra crossing", "斑马线"))
    publish(session, code="T_B", name=text("Zebra", "斑马"))

    kept = session.scalars(
        sa.select(SearchTerm.term).where(SearchTerm.pairs.contains(["^z", "br"]))
    )
    assert list(kept) == ["w:zebra"]
