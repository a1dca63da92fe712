"""Exports of the register: whole, of one moment, verifiable outside, and fit for an import."""

import csv
import hashlib
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.enterprises import cli as enterprises_cli
from servicedesk.enterprises import table_files
from servicedesk.enterprises.import_models import RegisterExport
from servicedesk.enterprises.models import AddressHolding, Enterprise, EnterpriseState
from servicedesk.enterprises.operations import exports, imports, register
from servicedesk.enterprises.operations.register import Decision
from servicedesk.heads import operations as heads
from tests import databases
from tests.enterprises import tables
from tests.enterprises.factories import NOW, make_enterprise, make_unit
from tests.factories import make_user
from tests.races.statements import counted


def exported(session: Session, directory: Path) -> Path:
    exports.write(session, directory, now=NOW)
    return directory


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def bring_in(session: Session, *listed: dict[str, str]) -> None:
    imports.enter_file(session, tables.file_of(*listed), "x", now=NOW)
    session.commit()


def test_an_export_fills_an_empty_register(
    session: Session,
    tmp_path: Path,
    server_url: str,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many there are: in files of which an import takes each."""
    make_enterprise(session, trade_name="听松", business_term="years", business_term_years="20")
    make_unit(session, "9-301")
    bring_in(
        session,
        tables.row(歇业起始日期="2026-01-01", 歇业截止日期="2026-12-31"),
        tables.row(组织形式="lp", 股东="甲 | person | general | 60%\n乙 | person | limited | 40%"),
        tables.row(住所="", 园区房间号="9-301", 科学家创办="是"),
        tables.row(组织形式="branch", 隶属企业名称="北京样例有限公司", 法定代表人="=1+1", 股东=""),
    )
    told = {one.credit_code: one.facts for one in session.scalars(sa.select(Enterprise))}
    for bounding in (exports, table_files):
        monkeypatch.setattr(bounding, "MOST_ROWS", 2)
    exported(session, tmp_path)

    parts = sorted(tmp_path.glob("enterprises-*.csv"))
    assert [len(rows(one)) for one in parts] == [2, 2, 1]
    with databases.clone(server_url, template) as url:
        engine = sa.create_engine(url)
        with Session(engine) as empty:
            make_unit(empty, "9-301")
            for one in parts:
                with one.open("rb") as file:
                    imports.enter_file(empty, file, one.name, now=NOW)
            found = empty.scalars(sa.select(Enterprise)).all()
            assert {one.credit_code: _filled(one.facts) for one in found} == {
                code: _filled(facts) for code, facts in told.items()
            }
            rests = empty.scalars(sa.select(Enterprise).where(Enterprise.state == "suspended"))
            assert [one.next_effect_on for one in rests] == [date(2027, 1, 1)]
        engine.dispose()


def test_no_part_is_larger_than_an_import_takes(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(session, *tables.rows(6))
    monkeypatch.setattr(exports, "MOST_BYTES", 4000)
    exported(session, tmp_path)

    parts = list(tmp_path.glob("enterprises-*.csv"))
    assert len(parts) > 1
    assert max(one.stat().st_size for one in parts) <= 4000
    assert sum(len(rows(one)) for one in parts) == 6


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value}


def test_chains_can_be_verified_with_the_files_alone(session: Session, tmp_path: Path) -> None:
    enterprise = make_enterprise(session)
    changed = {**enterprise.facts, "legal_representative": "周若谷"}
    register.file(session, enterprise, "change", changed, decision=Decision(None, None, NOW))
    bring_in(session, *tables.rows(2))
    exported(session, tmp_path)

    last: dict[str, bytes] = defaultdict(bytes)
    for line in (tmp_path / "filings.jsonl").read_text(encoding="utf-8").splitlines():
        filing = json.loads(line)
        code = filing["credit_code"]
        assert json.loads(filing["said"])["credit_code"] == code
        last[code] = hashlib.sha256(last[code] + filing["said"].encode()).digest()
        assert filing["hash"] == last[code].hex()

    ends = {one["credit_code"]: one["last_hash"] for one in rows(tmp_path / "chains.csv")}
    assert ends == {code: digest.hex() for code, digest in last.items()}
    for line in (tmp_path / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest


def test_dated_rows_say_from_when_until_when(session: Session, tmp_path: Path) -> None:
    enterprise = make_enterprise(session)
    changed = {**enterprise.facts, "name": "北京听松生物科技有限公司", "shareholders": []}
    register.file(session, enterprise, "change", changed, decision=Decision(None, None, NOW))
    session.commit()
    exported(session, tmp_path)

    names = [(one["name"], bool(one["until"])) for one in rows(tmp_path / "names.csv")]
    owners = [(one["name"], one["amount"]) for one in rows(tmp_path / "shareholders.csv")]
    assert sorted(names) == [
        ("北京听松生物科技有限公司", False),
        ("北京澄野生物科技有限公司", True),
    ]
    assert owners == [("周若谷", "2000000.00"), ("林乔", "3000000.00")]
    assert rows(tmp_path / "officers.csv")
    assert rows(tmp_path / "addresses.csv")[0]["zh"].startswith("北京市昌平区")


@pytest.mark.usefixtures("app")
def test_certificates_places_and_names_are_listed_without_people(
    session: Session, tmp_path: Path
) -> None:
    unit = make_unit(session, "9-301")
    founder = make_user(session)
    enterprise = make_enterprise(session, founder)
    held = {"unit_id": unit.id, "since": NOW}
    session.add(AddressHolding(state="released", occupant="样例旧租户", ended_at=NOW, **held))
    session.add(AddressHolding(state="taken", enterprise_id=enterprise.id, **held))
    head = heads.take(session, day=NOW.date())
    assert head is not None
    mark, email = head.mark.hex(), founder.email
    session.commit()
    exported(session, tmp_path)

    code = enterprise.credit_code
    (licence,) = rows(tmp_path / "certificates.csv")
    assert (licence["kind"], licence["state"], licence["credit_code"], licence["valid_until"]) == (
        "licence", "valid", code, "",
    )  # fmt: skip
    assert "9-301" in [one["place"] for one in rows(tmp_path / "address-stock.csv")]
    stays = [(one["place"], one["state"], one["who"]) for one in rows(tmp_path / "stays.csv")]
    assert [one for one in stays if one[0] == "9-301"] == [
        ("9-301", "released", "样例旧租户"), ("9-301", "taken", enterprise.name),
    ]  # fmt: skip
    (name,) = rows(tmp_path / "held-names.csv")
    assert (name["name"], name["state"], name["credit_code"]) == (
        enterprise.name, "registered", code,
    )  # fmt: skip
    assert rows(tmp_path / "daily-heads.csv") == [
        {"day": NOW.date().isoformat(), "cases": "0", "enterprises": "1", "previous": "",
         "mark": mark}
    ]  # fmt: skip
    (chain,) = rows(tmp_path / "head-chains.csv")
    assert (chain["credit_code"], chain["last_hash"]) == (code, enterprise.last_hash.hex())
    for path in tmp_path.iterdir():
        assert email not in path.read_text(encoding="utf-8-sig"), path.name


@pytest.mark.usefixtures("app")
def test_the_note_in_it_names_every_file(session: Session, tmp_path: Path) -> None:
    exported(session, tmp_path)

    said = (tmp_path / "README.txt").read_text(encoding="utf-8")
    for path in tmp_path.glob("*.csv"):
        assert path.stem in said, path.name


def test_who_has_ended_stands_apart(session: Session, tmp_path: Path) -> None:
    enterprise = make_enterprise(session)
    ended = {**enterprise.facts, "state": EnterpriseState.DEREGISTERED.value}
    register.file(session, enterprise, "deregister", ended, decision=Decision(None, None, NOW))
    exported(session, tmp_path)

    assert rows(tmp_path / "enterprises-1.csv") == []
    assert len(rows(tmp_path / "ended.csv")) == 1


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)"])
def test_no_cell_runs_as_a_formula(session: Session, tmp_path: Path, formula: str) -> None:
    bring_in(session, tables.row(法定代表人=formula, 股东=f"{formula} x | person | 100%"[:40])
             if "|" not in formula else tables.row(法定代表人=formula))  # fmt: skip
    exported(session, tmp_path)

    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            risky = [cell for row in csv.reader(file) for cell in row if cell[:1] in tuple("=+-@")]
        assert risky == [], path.name


def test_statements_grow_with_batches_and_not_with_rows(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    def cost() -> int:
        with app.app_context(), counted(app) as sent:
            exported(session, tmp_path)
        return len(sent)

    bring_in(session, *tables.rows(3))
    few = cost()
    bring_in(session, *tables.rows(100))

    assert cost() == few


def test_commands_import_and_export(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = app.test_cli_runner()
    good, wrong = tables.row(), tables.row(成立日期="soon")
    file = tmp_path / "table.csv"

    file.write_bytes(tables.file_of(good, wrong).getvalue())
    for options in (["--dry-run"], []):
        refused = runner.invoke(enterprises_cli.import_enterprises, [str(file), *options])
        assert refused.exit_code == 1
        assert "row 3, Established on: This is not a day." in refused.output
    file.write_bytes(tables.file_of(good).getvalue())
    tried = runner.invoke(enterprises_cli.import_enterprises, [str(file), "--dry-run"])
    assert (tried.exit_code, session.scalar(sa.select(sa.func.count(Enterprise.id)))) == (0, 0)
    entered = runner.invoke(enterprises_cli.import_enterprises, [str(file)])
    assert entered.output.splitlines() == [
        "rows looked at: 1",
        "written: 1",
        "enterprises entered: 1",
    ]

    out = tmp_path / "out"
    monkeypatch.setattr(exports, "_TOLD_EVERY", 1)
    done = runner.invoke(enterprises_cli.export_register, ["--out", str(out)])

    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == ["written: 1", "enterprises exported: 1"]
    assert [one["credit_code"] for one in rows(out / "chains.csv")] == [good["统一社会信用代码"]]
    assert session.scalar(sa.select(sa.func.count(RegisterExport.id))) == 1
