"""The style of the hall: each thing is said in one place."""

import re
from collections import Counter

from servicedesk.resources import PACKAGE

STYLE = PACKAGE.parent / "static" / "hall.css"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")


def test_no_selector_is_styled_twice() -> None:
    text = re.sub(r"/\*.*?\*/", "", STYLE.read_text("utf-8"), flags=re.DOTALL)
    said = Counter(
        one.strip() for names, _ in RULE.findall(MEDIA.sub("", text)) for one in names.split(",")
    )

    assert not [one for one, count in said.items() if count > 1]
