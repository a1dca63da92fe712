"""Reading definition files: what is wrong is told with file, line and path."""

from pathlib import Path

import pytest
import yaml

from servicedesk.catalogue import checking, conditions, definitions
from servicedesk.catalogue.blocks import BLOCKS
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import DefinitionInvalid
from servicedesk.catalogue.kinds import KINDS
from tests.catalogue.factories import make_service, small


def _write(path: Path, **changes: object) -> Path:
    path.write_text(yaml.safe_dump(small(**changes), allow_unicode=True, sort_keys=False), "utf-8")
    return path


def test_a_file_becomes_a_service(tmp_path: Path) -> None:
    service = definitions.load(_write(tmp_path / "small.yaml"))

    assert service == make_service()


def test_a_fault_is_told_with_file_line_and_path(tmp_path: Path) -> None:
    path = _write(tmp_path / "small.yaml", audience="nobody")
    line = path.read_text("utf-8").splitlines().index("audience: nobody") + 1

    with pytest.raises(DefinitionInvalid) as refused:
        definitions.load(path)

    assert f"small.yaml:{line} audience: " in str(refused.value)


def test_entries_are_called_by_their_keys(tmp_path: Path) -> None:
    pages = small()["pages"]
    pages[0]["fields"][1]["options"][0]["label"]["zh"] = ""

    with pytest.raises(DefinitionInvalid) as refused:
        definitions.load(_write(tmp_path / "small.yaml", pages=pages))

    assert "pages[person].fields[kind].options[own].label.zh: " in str(refused.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = _write(tmp_path / "small.yaml", audience="nobody", code="bad code", unheard_of=1)

    with pytest.raises(DefinitionInvalid) as refused:
        definitions.load(path)

    assert len(refused.value.problems) == 3


@pytest.mark.parametrize("content", ["a: [", "a: 1\na: 2\n", "", "- 1\n", "just words"])
def test_what_is_no_definition_is_refused_readably(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(content, "utf-8")

    with pytest.raises(DefinitionInvalid) as refused:
        definitions.load(path)

    assert str(refused.value).startswith("odd.yaml")


def test_yaml_has_no_surprises(tmp_path: Path) -> None:
    example = {
        "name": "no surprise",
        "at": "2026-03-02T09:10+08:00",
        "answers": {"full_name": "no"},
        "steps": [["2026-03-03", "accept", "accept"]],
        "expect": {"outcome": "open"},
    }
    path = _write(tmp_path / "small.yaml", examples=[example])
    path.write_text(
        path.read_text("utf-8").replace("'no'", "no").replace("'2026-03-03'", "2026-03-03")
    )

    service = definitions.load(path)

    assert service.examples[0].answers == {"full_name": "no"}
    assert service.examples[0].steps[0][0] == "2026-03-03"


def test_what_is_stored_reads_back_the_same() -> None:
    service = make_service()

    assert definitions.parse(definitions.dump(service)) == service


def test_the_digest_says_whether_the_definition_changed() -> None:
    assert definitions.digest(make_service()) == definitions.digest(make_service())
    assert definitions.digest(make_service()) != definitions.digest(make_service(audience="person"))


def test_a_default_that_is_spelt_out_is_no_change() -> None:
    assert definitions.digest(make_service()) == definitions.digest(make_service(instant=False))


def test_a_key_can_be_no_address_of_ours() -> None:
    pages = small()["pages"]
    pages[0]["key"] = "submit"

    with pytest.raises(DefinitionInvalid, match="address of ours"):
        make_service(pages=pages)


DOCUMENT = Path(__file__).parents[2] / "docs" / "catalogue" / "keys.md"


def test_the_example_that_officers_read_is_in_order(tmp_path: Path) -> None:
    example = DOCUMENT.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "ADVICE_NOTE.yaml"
    path.write_text(example, "utf-8")

    assert checking.problems(definitions.load(path)) == []


def test_officers_are_told_every_kind_of_question_and_every_operator() -> None:
    document = DOCUMENT.read_text("utf-8")

    assert [kind for kind in [*KINDS, *BLOCKS, "group"] if f"`{kind}`" not in document] == []
    assert [one for one in conditions.ARITIES if one not in document] == []


def test_the_json_schema_is_whole() -> None:
    schema = Service.model_json_schema(by_alias=True)

    assert set(schema["required"]) >= {"schema", "code", "name", "guide", "result"}
    assert schema["additionalProperties"] is False


def test_the_first_limit_that_holds_counts() -> None:
    service = definitions.load(definitions.SERVICES / "WP_NEW_ABROAD.yaml")
    accept = service.stages[0].tasks[0]

    days = {
        category: limit.working_days
        for category in "ABC"
        if (limit := accept.limit_for({"category": category}))
    }

    assert days == {"A": 3, "B": 5, "C": 5}


def test_a_task_published_with_one_limit_still_reads() -> None:
    data = definitions.dump(make_service())
    data["stages"][0]["tasks"][0]["limit"] = {"working_days": 5, "source": "L_ALL"}
    data["stages"][1]["tasks"][0]["limit"] = None

    tasks = [task for _, task in definitions.parse(data).all_tasks()]

    assert [[limit.working_days for limit in task.limit] for task in tasks] == [[5], []]


@pytest.mark.parametrize("code", ["WP_NEW_ABROAD", "WP_NEW_CN", "JOINT_2"])
def test_whether_family_comes_is_asked_of_everybody_who_can_be_named(code: str) -> None:
    data = yaml.safe_load((definitions.SERVICES / f"{code}.yaml").read_text("utf-8"))
    (page,) = [one for one in data["pages"] if one["key"] == "family"]
    comes, family, *_others = page["fields"]
    (relation,) = [one for one in family["fields"] if one["key"] == "relation"]

    for option in relation["options"]:
        assert option["label"]["zh"] in comes["label"]["zh"]
        words = option["label"]["en"].lower().split()
        assert all(word in comes["label"]["en"].lower() for word in words)
