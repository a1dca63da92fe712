"""The whole of the domain is in the catalogue, and in the document that lists it."""

from pathlib import Path

from servicedesk.catalogue import guide, guide_times
from servicedesk.catalogue.definition import ItemType, Standing
from servicedesk.catalogue.settings import in_force
from tests import shipped

DOCUMENT = Path(__file__).parents[2] / "docs" / "services.md"
# fmt: off
TALENT = frozenset({
    "ADVICE", "DEGREE", "DL", "EMP_CHG", "EMP_REG", "IIT", "JOINT_2", "K_VISA_INFO", "MED",
    "NCR_CN", "PR", "PR_POINTS", "RES_REG", "ROOM", "RP_CHANGE", "RP_PRIVATE", "RP_REUNION",
    "RP_STARTUP", "RP_WORK", "R_LETTER", "SSC", "VISA_EXT", "VISA_PORT", "WP_CAN", "WP_CHG",
    "WP_EXT", "WP_NEW_ABROAD", "WP_NEW_CN", "WP_REISSUE", "WP_SHORT", "WP_TRANSFER",
})
ENTERPRISE = frozenset({
    "E_ANNUAL", "E_ARCH", "E_BO", "E_CHG_ADDR", "E_CHG_CAP_DEC", "E_CHG_CAP_INC", "E_CHG_LR",
    "E_CHG_NAME", "E_CHG_SCOPE", "E_CHG_SH", "E_CHG_TYPE", "E_DEREG", "E_DEREG_BR", "E_DEREG_F",
    "E_DEREG_S", "E_FILE", "E_FI_REP", "E_HOST", "E_LIC", "E_NAME", "E_ONE_END", "E_ONE_START",
    "E_PUB", "E_SET_BR", "E_SET_FIE", "E_SET_JSC", "E_SET_LLC", "E_SET_LP", "E_SET_SOLE", "E_SUSP",
})
OWN = frozenset({"Q_REPORT"})  # what the park itself asks for; no domain has it
HANDED_OVER = frozenset({
    "DEGREE", "DL", "E_DEREG_F", "E_PUB", "K_VISA_INFO", "MED", "RES_REG", "ROOM", "VISA_PORT",
    "WP_REISSUE",
})
LICENCES = frozenset({  # 行政许可; JOINT_2 is two at once; the others for talent are 公共服务
    "DL", "JOINT_2", "PR", "RP_CHANGE", "RP_PRIVATE", "RP_REUNION", "RP_STARTUP", "RP_WORK",
    "VISA_EXT", "WP_CAN", "WP_CHG", "WP_EXT", "WP_NEW_ABROAD", "WP_NEW_CN", "WP_REISSUE",
    "WP_SHORT", "WP_TRANSFER",
})
WITHOUT_LIMIT = frozenset({  # enterprise_services.yaml gives no legal_wd for them
    "E_ANNUAL", "E_ARCH", "E_BO", "E_DEREG_F", "E_FI_REP", "E_HOST", "E_LIC", "E_NAME",
    "E_ONE_END", "E_ONE_START", "E_PUB",
})
FILINGS = frozenset({"E_ANNUAL", "E_BO", "E_FILE", "E_FI_REP", "E_SUSP"})  # 备案, 报告
BY_LENGTH = {"lt_1y": 400, "y1_3": 800, "y3_5": 1000}
FEES = {  # in CNY; None: not known; what is not here is free
    "DEGREE": 360, "DL": 10, "JOINT_2": BY_LENGTH, "K_VISA_INFO": None, "MED": 400,
    "PR": {"application": 1500, "card": 300}, "RP_CHANGE": 200, "RP_PRIVATE": BY_LENGTH,
    "RP_REUNION": BY_LENGTH, "RP_STARTUP": BY_LENGTH, "RP_WORK": BY_LENGTH,
    "VISA_EXT": {"extension": 160}, "VISA_PORT": None,
}
TIMES = {  # what the domain knows of the time of what others do: the law's, and the promise
    "DEGREE": (None, "10 to 20 working days, by the country"),
    "DL": (None, "1 working day after the test is passed"),
    "E_DEREG_F": ("Announcement of 60 days or more", "Announcement of 90 days"),
    "E_PUB": (
        "Within 20 working days of the change",
        "No office handles it; the company publishes by itself",
    ),
    "MED": (None, "About 4 working days"),
    "RES_REG": ("Register within 24 hours of moving in", "On the spot"),
    "ROOM": (None, "At once"),
    "WP_REISSUE": ("Does not apply any more", "Does not apply any more"),
}
# fmt: on


def test_every_service_of_the_domain_is_there() -> None:
    listed = {service.code for service in shipped.services() if service.listed}
    assert listed == TALENT | ENTERPRISE | OWN
    assert (len(TALENT), len(ENTERPRISE)) == (31, 30)


def test_what_is_applied_for_here_has_three_examples_worked_through() -> None:
    short = {
        service.code
        for service in shipped.services()
        if service.pages and len(service.examples) < 3
    }
    assert short == set()


def test_only_what_others_do_is_handed_over() -> None:
    assert {service.code for service in shipped.services() if not service.pages} == HANDED_OVER


def test_the_document_lists_them_all() -> None:
    said = DOCUMENT.read_text("utf-8")
    assert [one.code for one in shipped.services() if f"| `{one.code}` |" not in said] == []


def test_the_type_of_each_item_is_that_of_the_domain() -> None:
    types = {service.code: service.item_type for service in shipped.services()}
    assert {code for code in TALENT if types[code] is ItemType.LICENCE} == LICENCES
    assert {types[code] for code in TALENT - LICENCES} == {ItemType.PUBLIC_SERVICE}
    assert {code for code in ENTERPRISE if types[code] is ItemType.FILING} == FILINGS


def test_nothing_of_our_own_looks_like_a_duty_that_a_law_sets() -> None:
    own = [one for one in shipped.services() if one.code in OWN]
    assert {one.item_type for one in own} == {ItemType.PUBLIC_SERVICE}
    assert [one.clock.legal for one in own if one.clock] == [None]
    assert {line.source for one in own for line in one.guide.legal_basis} == {"OWN"}


def test_only_where_the_domain_knows_one_a_law_limits_the_time_of_a_filing() -> None:
    services = {one.code: one for one in shipped.services()}
    unlimited = {
        code
        for code in ENTERPRISE
        if not (services[code].clock and services[code].clock.legal)  # type: ignore[union-attr]
    }
    assert unlimited == WITHOUT_LIMIT


def test_the_fees_are_those_of_the_domain() -> None:
    found = {
        service.code: {line.key: line.amount for line in service.fee.lines} or service.fee.amount
        for service in shipped.services()
        if service.fee.amount != 0 or service.fee.lines
    }
    assert found == FEES


def test_the_guide_says_what_is_known_of_the_time_it_takes_elsewhere() -> None:
    """Where nothing is known, as of the K visa, the office is named that knows it."""
    services = {one.code: one for one in shipped.services() if not one.pages}
    said = {code: guide.elements(in_force(services[code])) for code in TIMES}
    found = {
        code: tuple(_text(elements[key].lines[0]) for key in ("statutory_limit", "committed_limit"))
        for code, elements in said.items()
    }
    assert found == TIMES
    assert guide_times.time_in_short(services["RES_REG"])[0] == "committed_limit"
    assert _text(guide_times.time_in_short(services["RES_REG"])[2]) == TIMES["RES_REG"][0]
    unknown = {code for code, one in services.items() if not one.guide.times.committed}
    assert unknown == {"K_VISA_INFO", "VISA_PORT"}


def test_nobody_is_referred_to_another_office_for_what_an_authority_begins() -> None:
    begun = [one for one in shipped.services() if one.standing is Standing.EX_OFFICIO]
    assert [one.code for one in begun] == ["E_DEREG_F"]
    ways = [line.msgid for line in guide.elements(begun[0])["handling"].lines]  # type: ignore[union-attr]
    assert ways == ["By the authority itself, without an application"]


def _text(line: object) -> str | None:
    return getattr(line, "en", None)
