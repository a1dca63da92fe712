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


def test_the_small_one_has_the_right_shape(tmp_path: Path) -> None:
    path = tmp_path / "service.yaml"
    path.write_text(SMALL, "utf-8")
    assert definitions.load(path).code == "T_LOW"
