"""Every fault of shape says file, line, place, and what to write instead."""

from pathlib import Path

import pytest

from servicedesk.catalogue import definitions
from servicedesk.catalogue.definitions import DefinitionInvalid

SMALL = """\
schema: 1
code: T_LOW
name: {en: A, zh: 甲}
summary: {en: A., zh: 甲。}
audience: both
topics: [advice]
item_type: public_service
department: window
reference_letter: A
guide:
  legal_basis: [{en: A, zh: 甲}]
  conditions: [{en: A, zh: 甲}]
  objects: {en: A, zh: 甲}
  handling: [online]
  review: [{en: A, zh: 甲}]
  result_sample: {en: A, zh: 甲}
  cross_area: {en: A, zh: 甲}
  online_payment: {en: A, zh: 甲}
  courier: {en: A, zh: 甲}
fee: {amount: 0, source: L_ALL}
sections: [{key: s, title: {en: S, zh: 甲}}]
pages:
  - key: p
    section: s
    title: {en: P, zh: 甲}
    fields:
      - {key: x, kind: text, label: {en: X, zh: 甲}}
stages:
  - key: a
    name: {en: A, zh: 甲}
    tasks:
      - {key: t, name: {en: A, zh: 甲}, department: window, duty: clerk, actions: {approve: next}}
result: {name: {en: A, zh: 甲}, validity: {en: A, zh: 甲}}
"""

MANY = "".join(
    f"{{key: x{number}, kind: text, label: {{en: X, zh: 甲}}}}\n      - " for number in range(14)
)


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("code: T_LOW", "code: low", ":2 code: must be capitals, figures and underscores"),
        (
            "summary: {en: A., zh: 甲。}",
            "summary: A",
            '4 summary: should be {en: "...", zh: "..."}',
        ),
        ("audience: both", "audience: all", "one of enterprise, person, both; it says 'all'"),
        ("reference_letter: A", "reference_leter: A", "(did you mean reference_letter?)"),
        ("  objects: {en: A, zh: 甲}\n", "", 'objects: is missing; write objects: {en: "...", zh:'),
        ("amount: 0", "amount: free", "fee.amount: should be a number in figures, like 20"),
        ("kind: text", "kind: txt", ":27 pages[p].fields[x]: has the unknown kind 'txt' (did you"),
        ("kind: text, ", "", "says no kind; write kind: text, for example"),
        ("{en: X, zh: 甲}", '{en: "", zh: 甲}', "label.en: is empty; write a text"),
        ("{key: x, ", "{key: X y, ", "must be small letters, figures and underscores"),
        ("key: x, ", "key: x, lable: 3, ", "(did you mean label?); there are: key, label"),
        ("duty: clerk", "duty: boss", "duty: should be one of machine, clerk, reviewer"),
        ("approve: next", "aprove: next", "actions.aprove: 'aprove' is no key here (did you mean"),
        ("reference_letter: A", "reference_letter: A\nclock: {starts: receipt}", "write legal: "),
        ("{key: x, kind", f"{MANY}{{key: x, kind", "fields: has 15 entries; write 10 at most, and"),
        ("topics: [advice]", "topics: advice", ':6 topics: should be ["..."], not'),
        (
            "topics: [advice]",
            "topics: [advice]\nminutes_to_fill: 2.5",
            "whole number in figures, like 20; it says 2.5",
        ),
        (
            "topics: [advice]",
            "topics: [advice]\nold_drafts_days: -1",
            "old_drafts_days: is -1; write 0 or more",
        ),
        ("- {key: t,", "- one\n      - {key: t,", 'tasks[0]: should be {key: "...", name: {en'),
        (
            "- {key: x,",
            "- one\n      - {key: x,",
            "fields[0]: has 'one' for an entry; write its key",
        ),
        ("{key: t, name", "{name", "key: is missing; write key: "),
        (
            "result: {",
            "examples: [{name: a, at: a, answers: {}, expect: {legal_due: 3 May}}]\nresult: {",
            "legal_due: is no day: '3 May'; write year, month and day, like 2026-03-02",
        ),
    ],
)
def test_a_fault_says_what_to_write_instead(
    tmp_path: Path, written: str, instead: str, told: str
) -> None:
    path = tmp_path / "service.yaml"
    path.write_text(SMALL.replace(written, instead, 1), "utf-8")
    with pytest.raises(DefinitionInvalid) as refusal:
        definitions.load(path)
    assert told in str(refusal.value)
    assert "service.yaml:" in str(refusal.value)


def test_a_list_whose_entries_have_faults_is_not_told_to_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "service.yaml"
    path.write_text(SMALL.replace("kind: text", "kind: txt"), "utf-8")
    with pytest.raises(DefinitionInvalid) as refusal:
        definitions.load(path)
    assert len(refusal.value.problems) == 1


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("duty: clerk", "dutty: clerk", "tasks[t].dutty: is no key here (did you mean duty?)"),
        ("summary: {", "sumary: {", "sumary: is no key here (did you mean summary?)"),
    ],
)
def test_a_misspelt_key_is_told_once(tmp_path: Path, written: str, instead: str, told: str) -> None:
    path = tmp_path / "service.yaml"
    path.write_text(SMALL.replace(written, instead, 1), "utf-8")
    with pytest.raises(DefinitionInvalid) as refusal:
        definitions.load(path)
    (problem,) = refusal.value.problems
    assert told in str(problem)


def test_a_strange_key_that_is_like_no_other_leaves_the_missing_one_told(tmp_path: Path) -> None:
    path = tmp_path / "service.yaml"
    path.write_text(SMALL.replace("duty: clerk", "boss: clerk", 1), "utf-8")
    with pytest.raises(DefinitionInvalid) as refusal:
        definitions.load(path)
    assert {one.where.rpartition(".")[2] for one in refusal.value.problems} == {"boss", "duty"}


def test_an_example_goes_by_its_name_and_faults_stand_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "service.yaml"
    expect = "     expect: {outcome: open, legal_due: x}}\n"
    examples = f"examples:\n  - {{name: a fund, att: a, answers: {{}},\n{expect}"
    path.write_text(SMALL + examples, "utf-8")
    with pytest.raises(DefinitionInvalid) as refusal:
        definitions.load(path)
    found = [(one.line, one.where) for one in refusal.value.problems]
    line = SMALL.count("\n") + 2
    assert found == [
        (line, "examples[a fund].att"),
        (line + 1, "examples[a fund].expect.legal_due"),
    ]


def test_the_small_one_has_the_right_shape(tmp_path: Path) -> None:
    path = tmp_path / "service.yaml"
    path.write_text(SMALL, "utf-8")
    assert definitions.load(path).code == "T_LOW"


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        (
            "    section: s",
            "\tsection: s",
            ":24 file: is not YAML: the line has a tab; write blanks",
        ),
        ("  objects:", "\tobjects:", ":13 file: is not YAML: the line has a tab; write blanks"),
        (
            "      - {key: x",
            "      {key: x",
            "pages[p].fields: should be a list of entries; begin each with '- '",
        ),
        (
            "    title: {en: P",
            "   - title: {en: P",
            "beside the entries of a list and is none; begin",
        ),
        ("code: T_LOW", "code T_LOW", ":2 file: is not YAML: the line lacks a colon after a key"),
        ("code: T_LOW", "code：T_LOW", ":2 file: is not YAML: the line has a Chinese colon"),
        (
            "{en: A., zh",
            "{en: A.， zh",
            ":4 file: is not YAML: the line has a Chinese colon or comma",
        ),
        (
            "甲。}",
            "甲。",
            ":4 file: is not YAML: the line lacks a comma, or a } at the end; write {en",
        ),
        ("[advice]", "[advice", ":6 file: is not YAML: the line lacks a comma, or a ] at the end"),
        ("T_LOW", '"T_LOW', ":2 file: is not YAML: the line has a quote that is never closed"),
        ("T_LOW", "T: LOW", ":2 file: is not YAML: the line has a colon too many"),
        ("T_LOW", "@LOW", ":2 file: is not YAML: a text begins with a sign that YAML keeps"),
        ("T_LOW", "*LOW", ":2 file: is not YAML: the line begins a text with * or &; put the text"),
        ("T_LOW", "!LOW x", ":2 file: is not YAML: the line begins a text with !; put the text in"),
        ("T_LOW", '"a\\qb"', ":2 file: is not YAML: the line has a \\ in double quotes; write"),
        ("[advice]", "[advice,, a]", ":6 file: is not YAML: the line breaks off"),
        (
            "  objects:",
            "   objects:",
            ":13 file: is not YAML: the line is no key of its own column",
        ),
        ("code: T_LOW", "[a]: b", ":2 file: is not YAML: the line has brackets where a key should"),
        ("code: T_LOW", "code: A\ncode: B", ":3 file: the key 'code' stands here twice; take one"),
        (
            "result: {",
            "---\nresult: {",
            "file: is not YAML: the line has a line of --- inside; write",
        ),
        ("T_LOW", "T\x01", ":2 file: has a character no YAML has, #x0001; take it out"),
        (SMALL, "", ":1 file: is empty; begin with the lines schema: 1 and code: PARK_BIKE"),
        (SMALL, "# nothing\n", ":1 file: is empty; begin with the lines"),
        (SMALL, "- one\n", ":1 file: says only ['one'], not keys with their values; begin with"),
    ],
)
def test_what_is_no_yaml_is_told_in_plain_words_with_its_line(
    tmp_path: Path, written: str, instead: str, told: str
) -> None:
    path = tmp_path / "service.yaml"
    assert written in SMALL
    path.write_text(SMALL.replace(written, instead, 1), "utf-8")
    with pytest.raises(DefinitionInvalid) as refusal:
        definitions.load(path)
    assert told in str(refusal.value)
