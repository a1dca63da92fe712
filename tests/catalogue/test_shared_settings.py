"""One fact is one setting: services that share it name it, and it is changed for all at once."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.catalogue import definitions, operations, previews, queries, settings
from servicedesk.catalogue.definition import Setting
from servicedesk.catalogue.models import ServiceVersion, SettingValue
from servicedesk.errors import Overtaken, RuleBroken
from tests import shipped
from tests.catalogue.factories import publish, small, text
from tests.factories import MONDAY_MORNING, make_user

PROMISED = {
    "label": text("Promised within", "承诺时限"),
    "value": 3,
    "unit": text("working days", "个工作日"),
    "sets": ["clock.committed.working_days"],
    "source": "OWN",
}
LATER = MONDAY_MORNING + timedelta(days=1)
OTHERS = {"T_SMALL": "promised", "T_OTHER": "committed_days"}


@pytest.fixture
def admin(session: Session) -> User:
    """Publish two services that share a setting under two keys, and one that has its own."""
    for code, key in OTHERS.items():
        publish(session, code=code, settings={key: {**PROMISED, "shared": "promised"}})
    publish(session, code="T_APART", settings={"promised": PROMISED})
    return make_user(session, role=Role.ADMIN)


def _set(session: Session, by: User, value: str, **more: Any) -> list[str]:  # noqa: ANN401
    made = operations.set_setting(
        session, "T_SMALL", "promised", value, by=by, now=LATER, reason="Notice 7", **more
    )
    session.commit()
    return sorted(one.code for one in made)


def _days(session: Session, code: str) -> int | None:
    clock = queries.get_service(session, code)[1].clock
    return clock.committed.working_days if clock and clock.committed else None


def test_a_value_holds_in_every_service_that_shares_it(session: Session, admin: User) -> None:
    assert _set(session, admin, "2") == ["T_OTHER", "T_SMALL"]

    assert {code: _days(session, code) for code in (*OTHERS, "T_APART")} == {
        "T_SMALL": 2, "T_OTHER": 2, "T_APART": 3,
    }  # fmt: skip
    assert session.scalars(sa.select(SettingValue.code)).all() == ["shared"]
    versions = session.scalars(sa.select(ServiceVersion).where(ServiceVersion.number == 2)).all()
    assert {(one.reason, one.published_by) for one in versions} == {("Notice 7", admin)}
    assert _set(session, admin, "2") == []


def test_the_preview_says_which_services(session: Session, admin: User) -> None:
    seen = previews.preview(session, "T_OTHER", "committed_days", "2")

    assert [one.code for one in seen.prospects] == ["T_OTHER", "T_SMALL"]
    for one in seen.prospects:
        assert [str(change.words) for change in one.changes] == [
            "Promised within: 3 → 2 working days"
        ]
    assert _set(session, admin, "2", seen=seen.state) == ["T_OTHER", "T_SMALL"]


def test_a_preview_is_overtaken_by_a_version_of_any_of_them(session: Session, admin: User) -> None:
    seen = previews.preview(session, "T_SMALL", "promised", "2").state
    publish(
        session,
        code="T_OTHER",
        summary=text("Anew", "新的"),
        settings={"committed_days": {**PROMISED, "shared": "promised"}},
    )
    with pytest.raises(Overtaken):
        _set(session, admin, "2", seen=seen)


def test_none_changes_where_one_cannot_have_the_value(session: Session, admin: User) -> None:
    clock = small()["clock"]
    clock["legal"]["working_days"] = 4
    publish(
        session,
        code="T_STRICT",
        clock=clock,
        settings={"promised": {**PROMISED, "shared": "promised"}},
    )
    with pytest.raises(RuleBroken, match="legal limit of 4 working days"):
        _set(session, admin, "5")
    session.rollback()
    assert _days(session, "T_SMALL") == 3


def test_publishing_a_file_again_keeps_what_was_set(session: Session, admin: User) -> None:
    _set(session, admin, "2")
    publish(session, settings={"promised": {**PROMISED, "shared": "promised"}})
    assert _days(session, "T_SMALL") == 2


def test_what_was_set_here_before_it_was_shared_holds_until_the_shared_one_is_set(
    session: Session, admin: User
) -> None:
    operations.set_setting(
        session, "T_APART", "promised", "1", by=admin, now=LATER, reason="Notice 6"
    )
    publish(session, code="T_APART", settings={"promised": {**PROMISED, "shared": "promised"}})
    assert _days(session, "T_APART") == 1
    assert _set(session, admin, "2") == ["T_APART", "T_OTHER", "T_SMALL"]
    assert _days(session, "T_APART") == 2


def _park(folder: Path, said: object, **shared: object) -> Path:
    services = folder / "services"
    services.mkdir()
    (folder / "shared_settings.yaml").write_text(yaml.safe_dump(shared, allow_unicode=True))
    path = services / "T_SMALL.yaml"
    data = {**small(), "settings": said}
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def test_a_park_has_its_own_shared_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICEDESK_PARK_DIR", str(tmp_path))
    said = {"promised": "shared", "days": {"shared": "promised", "sets": []}}
    service = definitions.load(_park(tmp_path, said, promised=PROMISED))

    assert {key: one.shared for key, one in service.settings.items()} == dict.fromkeys(
        said, "promised"
    )
    assert (service.settings["promised"].sets, service.settings["days"].sets) == (
        ("clock.committed.working_days",), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"years": "shared"}, "settings.years: names no shared setting: 'years'"),
        (
            {"promised": {"shared": "promised", "value": 5}},
            "settings.promised.value: stands in shared_settings.yaml; leave it out here",
        ),
    ],
)
def test_a_shared_setting_named_wrongly_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Mapping[str, Any], fault: str
) -> None:
    monkeypatch.setenv("SERVICEDESK_PARK_DIR", str(tmp_path))
    path = _park(tmp_path, said, promised=PROMISED)
    with pytest.raises(definitions.DefinitionInvalid) as refusal:
        definitions.load(path)
    assert str(refusal.value).endswith(fault)
    assert refusal.value.problems[0].line is not None


def test_no_two_services_we_ship_spell_out_the_same_setting() -> None:
    spelt = Counter(
        (key, one.label, one.value, one.source)
        for service in shipped.services()
        for key, one in service.settings.items()
        if one.shared is None and one.of is None
    )
    assert [one for one, count in spelt.items() if count > 1] == []


def test_what_is_shared_is_shared_and_names_figures_of_each() -> None:
    named = Counter(
        one.shared
        for service in shipped.services()
        for one in service.settings.values()
        if one.shared
    )
    assert set(named) == set(definitions.shared_settings())
    assert min(named.values()) > 1


def test_what_other_sources_say_of_our_settings_is_said_in_both_languages() -> None:
    said = {
        (service.code, key): _untranslated(one)
        for service in shipped.services()
        for key, one in service.settings.items()
    }
    assert {at: words for at, words in said.items() if words} == {}


def _untranslated(setting: Setting) -> list[str]:
    return [str(one) for one in setting.differs.values() if isinstance(one, str)]


def test_a_setting_shown_as_chosen_is_the_shared_one(session: Session, admin: User) -> None:
    _set(session, admin, "2")
    version, _ = queries.get_service(session, "T_OTHER")
    written = queries.written(version.current)
    assert written.settings["committed_days"].chosen == 2
    assert settings.figure_at(written, "clock.committed.working_days") == 2


def test_art_13_2_of_beijing_is_cited_in_chinese_the_same_way_everywhere() -> None:
    folder = Path(definitions.__file__).parent
    files = [folder / "shared_settings.yaml", *(folder / "services").glob("*.yaml")]
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]

    cited = [line for line in lines if "art. 13(2)" in line and "第十三条" in line]

    assert len(cited) > 10
    assert not [line for line in cited if "第十三条第二项" not in line]
