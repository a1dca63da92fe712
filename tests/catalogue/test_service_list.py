"""The whole of the domain is in the catalogue, and in the document that lists it."""

from pathlib import Path

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
HANDED_OVER = frozenset({
    "DEGREE", "DL", "E_DEREG_F", "E_PUB", "K_VISA_INFO", "MED", "RES_REG", "ROOM", "VISA_PORT",
    "WP_REISSUE",
})
# fmt: on


def test_every_service_of_the_domain_is_there() -> None:
    listed = {service.code for service in shipped.services() if service.listed}
    assert listed == TALENT | ENTERPRISE
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
