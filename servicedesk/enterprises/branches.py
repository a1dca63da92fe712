"""How a branch is called: the name of its parent, a word of its own if it wants one, an ending.

企业名称登记管理规定 (L_NAME), art. 13: 分公司, 分厂 or 分店 at the end;
分公司 is the branch of a company.

Source: domain/enterprise_services.yaml, ``name_rules.branch``; org_forms.csv (branch).
"""

from collections.abc import Sequence
from typing import Final

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import name_rules
from servicedesk.enterprises.findings import in_order, wrong
from servicedesk.enterprises.findings import name_rules as name_law
from servicedesk.words import say

ENDINGS: Final = {"branch": "分公司", "works": "分厂", "shop": "分店"}  # by answer
_COMPANY, _BRANCH_OF_COMPANY = "公司", ENDINGS["branch"]


def findings(parent: str, word: str, ending: str) -> Sequence[Finding]:
    """Return whether a branch may be called so: parent, a word of its own, an ending (art. 13).

    >>> [one.place for one in findings("北京瑞康咨询中心", "昌平", "分公司")]
    ['name_form']
    """
    rule = name_law("13")
    found = [
        *name_rules.script_findings(word, "branch_word"),
        *name_rules.word_findings({"branch_word": word}, "branch"),
    ]
    if ending == _BRANCH_OF_COMPANY and parent and not parent.endswith(_COMPANY):
        words = say(
            "分公司 is the branch of a company, and the name of the parent does not end in 公司. "
            "Choose another ending, or mend the name of the parent."
        )
        found.append(wrong(words, "name_form", rule))
    if any(one.weight is Weight.WRONG for one in found):
        return found
    name = f"{parent}{word}{ending}"
    return [
        in_order(say("“%(name)s” is built as the rules ask.", name=name), "name_form", rule),
        *found,
    ]
