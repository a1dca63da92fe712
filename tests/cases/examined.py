"""The small licence of the tests, whose examiner has something to find and to confirm."""

import copy
from typing import Any, Final

from servicedesk.catalogue.definition import Service
from tests.cases.licences import WAY, make_licence

# What ``matter`` and the day say is the application's; the rest the officer finds.
CHECKS: Final[list[dict[str, Any]]] = [
    {
        "key": "right_person",
        "label": {"en": "The person is who they say.", "zh": "身份属实。"},
        "looks_at": ["matter"],
    },
    {
        "key": "in_time",
        "label": {"en": "The old permit is still valid.", "zh": "原证仍有效。"},
        "looks_at": "expires_on",
        "when": {"!!": [{"var": "expires_on"}]},
    },
]
FIELDS: Final[list[dict[str, Any]]] = [
    {
        "key": "matter_found",
        "kind": "text",
        "prefill": "matter",
        "label": {"en": "What it is about", "zh": "审查事项"},
    },
    {
        "key": "points_found",
        "kind": "number",
        "max": 120,
        "label": {"en": "Points found", "zh": "认定积分"},
    },
    {
        "key": "why_few",
        "kind": "long_text",
        "when": {"<": [{"var": "points_found"}, 60]},
        "label": {"en": "Why so few", "zh": "积分较低的原因"},
    },
    {
        "key": "remarks",
        "kind": "long_text",
        "required": False,
        "label": {"en": "Remarks", "zh": "审查说明"},
    },
]
TELLS: Final = ["points_found"]
WHOLE: Final = {"matter_found": "样例", "points_found": 90, "right_person": True}


def make_examined(**task: object) -> Service:
    """Return the licence; ``task`` is what its examination says else."""
    way: list[dict[str, Any]] = copy.deepcopy(WAY)
    asks = {"checks": CHECKS, "fields": FIELDS, "tells": TELLS}
    way[1]["tasks"][0] |= asks | task
    return make_licence(way=way)
