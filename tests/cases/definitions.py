"""Small definitions for tests of casework."""

from typing import Any

from servicedesk.catalogue.definition import Service

TEXT = {"en": "Example", "zh": "样例"}


def make_task(
    key: str, actions: dict[str, str], *, when: dict[str, Any] | None = None, **more: object
) -> dict[str, Any]:
    """Return a task of the market department, for a reviewer."""
    return {
        "key": key,
        "name": TEXT,
        "department": "market",
        "duty": "reviewer",
        "when": when,
        "actions": actions,
        **more,
    }


def make_service(stages: list[dict[str, Any]], **more: object) -> Service:
    """Return a definition with these stages and nothing else worth mentioning."""
    return Service.model_validate(
        {
            "schema": 1,
            "code": "EXAMPLE",
            "name": TEXT,
            "summary": TEXT,
            "audience": "both",
            "topics": [],
            "item_type": "registration",
            "department": "market",
            "reference_letter": "X",
            "guide": {
                "legal_basis": [],
                "conditions": [],
                "objects": TEXT,
                "handling": ["online"],
                "review": [],
                "result_sample": TEXT,
                "cross_area": TEXT,
                "online_payment": TEXT,
                "courier": TEXT,
            },
            "fee": {"source": "OWN"},
            "stages": [{"name": TEXT, **stage} for stage in stages],
            "result": {"name": TEXT, "validity": TEXT},
            **more,
        }
    )
