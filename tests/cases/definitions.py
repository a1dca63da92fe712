"""Small definitions for tests of casework."""

from typing import Any

from hypothesis import strategies as st

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


FORWARD = ["recommend", "confirm", "approve"]


@st.composite
def services(draw: st.DrawFn, /, **more: object) -> Service:
    """Draw a definition as ``catalogue.checking`` would let it pass."""
    number = draw(st.integers(1, 4))
    return make_service([draw(_stages(at)) for at in range(number)], **more)


@st.composite
def _stages(draw: st.DrawFn, /, at: int) -> dict[str, Any]:
    tasks = []
    for number in range(draw(st.integers(1, 3))):
        actions = {draw(st.sampled_from(FORWARD)): draw(st.sampled_from(["next", "end.approved"]))}
        if draw(st.booleans()):
            actions["advise_refusal"] = draw(st.sampled_from(["next", "end.refused"]))
        if draw(st.booleans()):
            actions["correct"] = "applicant"
        if draw(st.booleans()):
            actions["send_back"] = f"stage_{draw(st.integers(0, at))}"
        when = draw(st.sampled_from([None, {"==": [{"var": "kind"}, "a"]}]))
        tasks.append(make_task(f"task_{at}_{number}", actions, when=when))
    join = draw(st.sampled_from(["all", "any", "n_of_m", "first_reject", "each"]))
    n = draw(st.integers(1, len(tasks))) if join == "n_of_m" else None
    return {"key": f"stage_{at}", "join": join, "n": n, "tasks": tasks}
