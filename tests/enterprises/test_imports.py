"""Bringing existing enterprises into the register: what is written; all of it or nothing."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises import credit_code, import_files, workbooks
from servicedesk.enterprises.import_columns import HEADINGS
from servicedesk.enterprises.import_models import ImportState, RegisterImport
from servicedesk.enterprises.models import AddressUnit, Enterprise, Filing
from servicedesk.enterprises.name_models import EnterpriseName, NameKey
from servicedesk.enterprises.operations import bulk_entries, imports, names, register
from servicedesk.enterprises.operations.imports import DoesNotFit
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.queries import entries
from servicedesk.enterprises.register_search import wanted
from servicedesk.enterprises.search_models import RegisterEntry
from servicedesk.indicators import queries as indicators
from tests.enterprises import tables
from tests.enterprises.factories import NOW, make_enterprise, make_unit
from tests.factories import make_user
from tests.races.statements import counted


def bring_in(session: Session, *listed: dict[str, str]) -> RegisterImport:
    """Enter rows as a command does, and commit."""
    brought = imports.enter_file(session, tables.file_of(*listed), "table.csv", now=NOW)
    session.commit()
    return brought


def of_registrar(session: Session) -> User:
    return make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})


def only(session: Session) -> Enterprise:
    return session.scalars(sa.select(Enterprise)).one()


def kept_of(session: Session, enterprise: Enterprise) -> dict[str, Any]:
    """Return everything that the register keeps of an enterprise, but for numbers of rows."""
    own = {"id", "enterprise_id", "version", "name_id", "credit_code"}
    found: dict[str, Any] = {}
    for table in ("filings", "register_rows", "register_entries", "enterprise_names"):
        rows = session.execute(
            sa.text(f"SELECT * FROM {table} WHERE enterprise_id = :id"),  # noqa: S608 - our own tables
            {"id": enterprise.id},
        ).mappings()
        told = [{key: one[key] for key in one if key not in own} for one in rows]
        found[table] = sorted(map(repr, told))
    row = sa.text("SELECT * FROM enterprises WHERE id = :id")
    whole = session.execute(row, {"id": enterprise.id}).mappings().one()
    return found | {key: repr(whole[key]) for key in whole if key not in own}


def clear(session: Session) -> None:
    """Empty the register, against its triggers."""
    for table in ("enterprise_name_keys", "enterprise_names", "register_entries"):
        session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables
    session.execute(sa.text("SET session_replication_role = replica"))
    for table in ("register_rows", "filings", "enterprises"):
        session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608
    session.execute(sa.text("SET session_replication_role = DEFAULT"))
    session.expunge_all()


def test_an_import_enters_what_a_single_entry_would(session: Session) -> None:
    row = tables.row()
    bring_in(session, row)
    enterprise = only(session)
    imported = kept_of(session, enterprise)
    facts, code = enterprise.facts, enterprise.credit_code
    clear(session)

    single = register.enter(
        session, code, facts, registered_on=date(2020, 3, 2), kind=register.IMPORT,
        decision=Decision(None, None, NOW),
    )  # fmt: skip
    names.enter(session, {single.id: facts["name"]}, now=NOW)

    assert kept_of(session, single) == imported


def test_who_rests_is_entered_as_an_application_would_leave_it(session: Session) -> None:
    bring_in(session, tables.row(歇业起始日期="2025-12-01", 歇业截止日期="2026-11-30"))
    enterprise = only(session)
    imported = kept_of(session, enterprise)
    facts, code = enterprise.facts, enterprise.credit_code
    licensed = session.scalars(sa.select(Filing.kind).order_by(Filing.seq)).all()
    clear(session)

    decision = Decision(None, None, NOW)
    awake = {key: facts[key] for key in facts if key not in {"state", "suspension"}}
    single = register.enter(
        session, code, awake, registered_on=date(2020, 3, 2), kind=register.IMPORT,
        decision=decision,
    )  # fmt: skip
    register.file(session, single, "suspend", facts, decision=decision, on=date(2025, 12, 1))
    register.file(session, single, "resume", awake, decision=decision, on=date(2026, 12, 1))
    names.enter(session, {single.id: facts["name"]}, now=NOW)

    assert licensed == ["import", "suspend", "resume"]
    assert kept_of(session, single) == imported


def test_a_suspension_that_was_brought_in_ends_by_itself(session: Session) -> None:
    bring_in(session, tables.row(歇业起始日期="2025-12-01", 歇业截止日期="2026-11-30"))
    enterprise = only(session)

    assert enterprise.state == "suspended"
    assert "state" not in register.facts_on(enterprise, date(2025, 11, 30))
    assert enterprise.next_effect_on == date(2026, 12, 1)
    assert register.take_effect(session, now=NOW.replace(year=2027)) == 1
    session.commit()
    session.refresh(enterprise)
    assert enterprise.state == "registered"
    assert "suspension" not in enterprise.facts


def test_the_first_filing_has_the_day_of_the_establishment(session: Session) -> None:
    bring_in(session, tables.row(成立日期="2019-11-30"))

    filing = session.scalars(sa.select(Filing)).one()
    assert (filing.kind, filing.seq, filing.effective_on) == ("import", 1, date(2019, 11, 30))
    assert register.facts_on(only(session), date(2019, 11, 29)) == {}


def test_what_was_imported_is_found_counted_and_whole(session: Session) -> None:
    row = tables.row(名称="北京听松生物科技有限公司")
    bring_in(session, row, *tables.rows(3))

    page = entries.search(session, wanted("tingsong"))
    assert [one.name for one in page.items] == [row["名称"]]
    assert sum(one.number for one in indicators.counts(session) if one.dimension == "all") == 4
    assert session.scalar(sa.select(sa.func.count()).select_from(NameKey))


def test_it_holds_its_name_against_others(session: Session) -> None:
    bring_in(session, tables.row(名称="北京听松生物科技有限公司"))

    held = session.scalars(sa.select(EnterpriseName)).one()
    assert (held.state, held.trade_name, held.industry) == ("registered", "听松", "生物科技")
    found = imports.try_out(
        session, tables.file_of(tables.row(名称="北京听松生物技术有限公司")), NOW
    )
    assert [str(one.words) for one in found.faults] == [
        "“北京听松生物科技有限公司” holds this trade name in the same industry."
    ]


def test_a_place_of_the_park_is_taken_and_never_more_than_there_are(session: Session) -> None:
    make_unit(session, "9-301", capacity=2)
    in_park = {"住所": "", "园区房间号": "9-301"}
    three = [tables.row(**in_park) for _ in range(3)]

    with pytest.raises(DoesNotFit) as refused:
        imports.enter_file(session, tables.file_of(*three), "x", now=NOW)
    session.rollback()
    bring_in(session, *three[:2])

    assert [one.row for one in refused.value.found.faults] == [4]
    unit = session.scalars(sa.select(AddressUnit).where(AddressUnit.code == "9-301")).one()
    assert unit.taken == 2
    assert session.scalars(sa.select(RegisterEntry)).first().address_text.startswith("北京市昌平区")  # type: ignore[union-attr]
    facts = session.scalars(sa.select(Enterprise)).first().facts  # type: ignore[union-attr]
    assert facts["address"] == {"en": unit.address_en, "zh": unit.address_zh}


def test_one_wrong_row_keeps_all_others_out(session: Session) -> None:
    rows = [*tables.rows(4), tables.row(成立日期="soon")]

    with pytest.raises(DoesNotFit):
        imports.enter_file(session, tables.file_of(*rows), "x", now=NOW)
    session.commit()

    assert session.scalars(sa.select(Enterprise)).all() == []


def test_new_codes_begin_behind_those_of_a_register_like_this(session: Session) -> None:
    there = make_enterprise(session)  # took number 1
    moved = there.credit_code
    bring_in(session, tables.row(统一社会信用代码=credit_code.make("110114", 9)))

    assert moved == credit_code.make("110114", 1)
    assert register.next_code(session, "110114") == credit_code.make("110114", 10)


def test_duplicates_are_told_within_the_file_and_beside_the_register(session: Session) -> None:
    first, second, third = tables.rows(3)
    bring_in(session, first)
    again = second | {"名称": third["名称"]}
    same = tables.row(统一社会信用代码=second["统一社会信用代码"])

    found = imports.try_out(session, tables.file_of(first, second, again, same), NOW)

    told = {(one.row, one.column) for one in found.faults}
    assert told == {(2, "credit_code"), (2, "name"), (4, "credit_code"), (5, "credit_code")}
    assert len(found.wrong) == 3


def test_statements_grow_with_batches_and_not_with_rows(app: Flask, session: Session) -> None:
    def cost(rows: int) -> int:
        with app.app_context(), counted(app) as sent:
            imports.enter_file(session, tables.file_of(*tables.rows(rows)), "x", now=NOW)
        session.commit()
        return len(sent)

    cost(1)  # what is read once a process

    assert cost(200) <= cost(20) + 2


def test_a_file_is_kept_sealed_until_it_is_entered_or_expires(session: Session) -> None:
    registrar = of_registrar(session)
    file = tables.file_of(*tables.rows(2))
    brought = imports.bring(session, file, "x.csv", by=registrar, now=NOW)
    session.commit()

    assert brought.content is not None
    assert "林乔".encode() not in brought.content
    assert imports.sweep(session, now=NOW + timedelta(hours=23)) == 0
    assert imports.sweep(session, now=NOW + timedelta(hours=24)) == 1
    session.commit()
    expired = session.scalars(sa.select(RegisterImport)).one()
    assert expired.state is ImportState.EXPIRED
    assert expired.content is None
    imports.enter_kept(session, brought.id, now=NOW)
    assert session.scalars(sa.select(Enterprise)).all() == []


def waiting(session: Session) -> RegisterImport:
    registrar = of_registrar(session)
    brought = imports.bring(
        session, tables.file_of(*tables.rows(2)), "x.csv", by=registrar, now=NOW
    )
    session.commit()
    imports.let_enter(session, brought, by=registrar, now=NOW + timedelta(hours=23))
    session.commit()
    session.refresh(brought)
    return brought


def test_what_the_database_cannot_hold_is_given_up_and_said(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = waiting(session)

    def enter(*_: object, **__: object) -> None:
        session.execute(sa.text("SELECT repeat('x', 20)::varchar(200)::int"))

    monkeypatch.setattr(bulk_entries, "enter", enter)
    imports.enter_kept(session, brought.id, now=NOW)
    session.commit()

    assert brought.state is ImportState.FAILED
    assert brought.content is None
    assert session.scalars(sa.select(Enterprise)).all() == []


def test_a_job_that_was_given_up_is_not_shown_as_running(session: Session) -> None:
    brought = waiting(session)
    soon = NOW + timedelta(hours=24, minutes=30)  # since it was brought

    assert imports.sweep(session, now=soon) == 0
    session.execute(sa.text("UPDATE procrastinate_jobs SET status = 'failed'"))
    assert imports.sweep(session, now=soon) == 1
    session.commit()

    assert brought.state is ImportState.FAILED


def test_the_headings_of_the_template_are_read() -> None:
    template = io.BytesIO()
    workbooks.write(template, [workbooks.Sheet("企业", HEADINGS, [])])

    headings, lines = import_files.open_table(template)

    assert headings.unread == ()
    assert list(lines) == []
