"""An approval enters the enterprise in the register, whole."""

from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.catalogue.numbers import is_credit_code
from servicedesk.enterprises import chronology, credit_code, effects, integrity, set_ups
from servicedesk.enterprises.models import (
    AddressHolding,
    Certificate,
    CertificateState,
    Enterprise,
    Filing,
    HoldingState,
)
from servicedesk.enterprises.name_models import EnterpriseName, NameState
from servicedesk.enterprises.operations import address_stock, certificates, names, register
from servicedesk.enterprises.operations.register import links_of
from servicedesk.integrity import Place
from tests.enterprises.factories import NOW, make_application, make_unit, set_up_answers
from tests.enterprises.together import at_once
from tests.factories import make_user


def registered(session: Session) -> Enterprise:
    make_unit(session)
    application = make_application(make_user(session))
    effects.hold(session, "register_enterprise", application, NOW)
    done = set_ups.register_enterprise(session, application, by=None, now=NOW)
    session.commit()
    assert done.enterprise_id is not None
    return session.get_one(Enterprise, done.enterprise_id)


def test_an_approved_set_up_brings_everything_at_once(session: Session) -> None:
    enterprise = registered(session)

    assert is_credit_code(enterprise.credit_code)
    assert enterprise.name == "北京澄野生物科技有限公司"
    assert [member.role for member in enterprise.members] == ["owner"]
    name = session.scalars(sa.select(EnterpriseName)).one()
    assert (name.state, name.enterprise_id) == (NameState.REGISTERED, enterprise.id)
    holding = session.scalars(sa.select(AddressHolding)).one()
    assert (holding.state, holding.enterprise_id) == (HoldingState.TAKEN, enterprise.id)
    licence = session.scalars(sa.select(Certificate)).one()
    assert (licence.template, licence.state) == ("licence", CertificateState.VALID)
    assert enterprise.credit_code in str(licence.facts)


def test_nothing_that_people_keep_to_themselves_is_in_the_register(session: Session) -> None:
    enterprise = registered(session)
    stored = f"{enterprise.facts} {[filing.changes for filing in enterprise.filings]}"

    assert "110114198803121021" not in stored
    assert "id_number" not in stored


def test_shares_are_computed_from_what_each_contributes(session: Session) -> None:
    owners = registered(session).facts["shareholders"]

    assert [(one["name"], one["percent"]) for one in owners] == [
        ("林乔", "60.00"),
        ("周若谷", "40.00"),
    ]


def test_a_reserved_name_is_registered_and_its_notice_replaced(session: Session) -> None:
    make_unit(session)
    founder = make_user(session)
    declaration = make_application(
        founder,
        {
            "division": "北京",
            "trade_name": "瑞康",
            "industry": "生物科技",
            "name_form": "有限公司",
            "approval_first": False,
        },
    )
    effects.hold(session, "reserve_name", declaration, NOW)
    noticed = set_ups.reserve_name(session, declaration, by=None, now=NOW)
    name = session.scalars(sa.select(EnterpriseName)).one()
    answers = set_up_answers(name_source="reserved", name_choice=str(name.id))
    set_up = make_application(founder, answers)

    effects.hold(session, "register_enterprise", set_up, NOW)
    set_ups.register_enterprise(session, set_up, by=None, now=NOW)
    session.commit()

    notice = session.get_one(Certificate, noticed.certificate_id)
    assert notice.template == "name_notice"
    assert str(notice.valid_until) == "2026-07-05"
    assert notice.state is CertificateState.REPLACED
    assert name.state is NameState.REGISTERED


def test_a_hosted_address_is_taken_and_proven(session: Session) -> None:
    make_unit(session, "9-H01", kind="hosted", capacity=40)
    answers = {
        "company_kind": "registered",
        "company_name": "北京样例有限公司",
        "unit": "9-H01",
        "hosted_from": "2026-06-01",
        "hosted_years": 2,
    }
    application = make_application(make_user(session), answers)
    effects.hold(session, "host_address", application, NOW)

    done = set_ups.host_address(session, application, by=None, now=NOW)
    session.commit()

    proof = session.get_one(Certificate, done.certificate_id)
    assert (proof.template, str(proof.valid_until)) == ("address_proof", "2028-05-31")
    assert session.scalars(sa.select(AddressHolding)).one().state is HoldingState.TAKEN


def test_a_prolonged_stay_is_proven_anew(session: Session) -> None:
    make_unit(session, "9-H01", kind="hosted", capacity=40)
    answers = {
        "company_kind": "registered",
        "company_name": "北京样例有限公司",
        "unit": "9-H01",
        "hosted_from": "2026-06-01",
        "hosted_years": 2,
    }
    application = make_application(make_user(session), answers)
    effects.hold(session, "host_address", application, NOW)
    first = set_ups.host_address(session, application, by=None, now=NOW)
    stay = session.scalars(sa.select(AddressHolding)).one()
    change = address_stock.Change(make_user(session), "续租", NOW)

    for until in (date(2029, 5, 31), None):
        address_stock.prolong(session, stay, until, change, seen=str(stay.until))

    proofs = session.scalars(sa.select(Certificate).order_by(Certificate.id)).all()
    assert [str(one.valid_until) for one in proofs] == ["2028-05-31", "2029-05-31", "None"]
    assert [one.state.value for one in proofs] == ["replaced", "replaced", "valid"]
    assert proofs[0].id == first.certificate_id
    assert [row["label"]["en"] for row in proofs[1].facts["rows"]][-2:] == [
        "Used until",
        "Application",
    ]
    assert "Used until" not in [row["label"]["en"] for row in proofs[2].facts["rows"]]


def test_a_service_without_an_effect_may_still_certify(session: Session) -> None:
    application = make_application(make_user(session), {}, certificate="notice")

    done = effects.EFFECTS["none"](session, application, by=None, now=NOW)

    assert session.get_one(Certificate, done.certificate_id).template == "notice"


def test_credit_codes_differ_when_many_register_at_once(session: Session, engine_url: str) -> None:
    def enter(session: Session, number: int) -> str:
        facts = {"name": f"北京样例{number}有限公司", "org_form": "llc"}
        decision = register.Decision(None, None, NOW)
        return register.set_up(session, facts, decision=decision).credit_code

    came = at_once(engine_url, [partial(enter, number=n) for n in range(16)])

    assert all(isinstance(one, str) and is_credit_code(one) for one in came)
    assert len(set(map(str, came))) == 16
    last = session.scalar(sa.text("SELECT last FROM code_counters WHERE division = '110114'"))
    assert last == 16  # none lost, none skipped


def test_a_rolled_back_registration_leaves_no_gap_and_no_trace(session: Session) -> None:
    application = make_application(make_user(session))  # its unit does not exist
    with pytest.raises(Exception, match="no place"):
        set_ups.register_enterprise(session, application, by=None, now=NOW)
    session.rollback()

    for table in (Enterprise, EnterpriseName, Filing, Certificate):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert registered(session).credit_code == credit_code.make("110114", 1)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE filings SET kind = 'other'", "DELETE FROM filings", "TRUNCATE filings CASCADE"],
)
def test_no_statement_changes_or_removes_a_filing(session: Session, statement: str) -> None:
    registered(session)

    with pytest.raises(sa.exc.IntegrityError, match="filings are immutable"):
        session.execute(sa.text(statement))


# What is found when somebody gets round the trigger.


def found(session: Session, name: str) -> list[tuple[str, str]]:
    session.expire_all()
    checks = {
        "filings": integrity.filings,
        "addresses": integrity.addresses,
        "names": integrity.names,
    }
    return list(checks[name](Place(session, data_dir=None)))  # type: ignore[arg-type]


def tamper(session: Session, statement: str) -> None:
    session.execute(sa.text("ALTER TABLE filings DISABLE TRIGGER ALL"))
    session.execute(sa.text(statement))
    session.execute(sa.text("ALTER TABLE filings ENABLE TRIGGER ALL"))
    session.commit()


def change(session: Session, enterprise: Enterprise, name: str) -> None:
    register.file(
        session,
        enterprise,
        "change",
        enterprise.facts | {"legal_representative": name},
        decision=register.Decision(None, None, NOW),
    )
    session.commit()


def test_an_untouched_register_is_whole(session: Session) -> None:
    enterprise = registered(session)
    change(session, enterprise, "周若谷")

    assert [found(session, name) for name in ("filings", "addresses", "names")] == [[], [], []]
    assert chronology.facts(links_of(enterprise))["legal_representative"] == "周若谷"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE filings SET changes = jsonb_set(changes, '{name,1}', '\"别名\"') WHERE seq = 1",
        "UPDATE filings SET effective_on = effective_on + 1 WHERE seq = 2",
        "DELETE FROM filings WHERE seq = 1",
        "DELETE FROM filings WHERE seq = 2",
        "UPDATE filings SET seq = 5 - seq",
        "UPDATE enterprises SET facts = jsonb_set(facts, '{legal_representative}', '\"X\"')",
        "UPDATE enterprises SET name = '别名'",
    ],
)
def test_the_check_finds_edits_deletions_and_reorderings(session: Session, statement: str) -> None:
    enterprise = registered(session)
    change(session, enterprise, "周若谷")

    tamper(session, statement)

    assert found(session, "filings")


def test_the_check_finds_a_place_that_counts_wrongly(session: Session) -> None:
    registered(session)
    session.execute(sa.text("UPDATE address_units SET taken = 0 WHERE taken = 1"))
    session.commit()

    assert found(session, "addresses") == [("place 9-207", "counts 0 taken, 1 are")]


def test_the_check_finds_an_enterprise_without_its_name(session: Session) -> None:
    registered(session)
    session.execute(sa.text("UPDATE enterprise_names SET state = 'former'"))
    session.commit()

    assert len(found(session, "names")) == 1


def test_revoking_is_for_what_is_in_force(session: Session) -> None:
    registered(session)
    licence = session.scalars(sa.select(Certificate)).one()
    revoke = certificates.revoke
    revoke(licence, reason="Obtained with false papers", now=NOW)

    assert licence.state is CertificateState.REVOKED
    with pytest.raises(Exception, match="not in force"):
        revoke(licence, reason="again", now=NOW)


def test_a_name_held_for_another_is_refused_at_the_approval_too(session: Session) -> None:
    make_unit(session)
    application = make_application(make_user(session))
    other = make_application(make_user(session))
    effects.hold(session, "register_enterprise", application, NOW)

    with pytest.raises(names.NameTaken):
        set_ups.register_enterprise(session, other, by=None, now=NOW)


def test_the_address_is_free_again_after_a_refusal(session: Session) -> None:
    make_unit(session)
    application = make_application(make_user(session))
    effects.hold(session, "register_enterprise", application, NOW)
    effects.release(session, "register_enterprise", application.case_id, NOW)
    effects.release(session, "register_enterprise", application.case_id, NOW)
    second = make_application(make_user(session))

    effects.hold(session, "register_enterprise", second, NOW)

    session.commit()
    assert session.scalars(
        sa.select(AddressHolding.case_id).where(AddressHolding.state == HoldingState.HELD)
    ).all() == [second.case_id]
