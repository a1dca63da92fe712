"""Definitions for tests: a small service that is in order, to be changed in one place."""

import copy
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.catalogue import definitions, operations
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.models import ServiceVersion
from tests.factories import MONDAY_MORNING


def text(en: str = "Words", zh: str = "文字") -> dict[str, str]:
    return {"en": en, "zh": zh}


def _example(name: str, *steps: list[Any], **expect: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "name": name,
        "at": "2026-03-02T09:00+08:00",
        "answers": {"full_name": "Lin Qiao", "kind": "own"},
        "materials": ["passport"],
        "steps": [["2026-03-03", *step] for step in steps],
        "expect": expect,
    }


SMALL: Mapping[str, Any] = {
    "schema": 1,
    "code": "T_SMALL",
    "name": text("A small service", "小型事项"),
    "summary": text("What it is for.", "办理用途。"),
    "audience": "both",
    "topics": ["advice"],
    "item_type": "public_service",
    "department": "window",
    "reference_letter": "T",
    "guide": {
        "legal_basis": [text("Rule, art. 1", "《规定》第一条")],
        "conditions": [text("You are of age.", "申请人已成年。")],
        "objects": text("Everybody", "所有人"),
        "handling": ["online"],
        "review": [text("The answers are complete.", "填写完整。")],
        "result_sample": text("One page", "一页"),
        "cross_area": text("Only here", "仅限本区"),
        "online_payment": text("Does not apply", "不适用"),
        "courier": text("By post", "邮寄"),
    },
    "fee": {"amount": 0, "source": "L_ALL"},
    "sections": [{"key": "you", "title": text("You", "申请人")}],
    "pages": [
        {
            "key": "person",
            "section": "you",
            "title": text("Who you are", "基本信息"),
            "fields": [
                {"key": "full_name", "kind": "text", "label": text("Full name", "姓名")},
                {
                    "key": "kind",
                    "kind": "choice",
                    "label": text("Kind", "类型"),
                    "options": [
                        {"key": "own", "label": text("Own", "自有")},
                        {"key": "rented", "label": text("Rented", "租赁")},
                    ],
                },
                {
                    "key": "landlord",
                    "kind": "text",
                    "label": text("Landlord", "出租人"),
                    "when": {"==": [{"var": "kind"}, "rented"]},
                },
            ],
        }
    ],
    "materials": [
        {"key": "passport", "name": text("Passport", "护照"), "need": "required"},
        {
            "key": "lease",
            "name": text("Lease", "租赁合同"),
            "need": "conditional",
            "when": {"==": [{"var": "kind"}, "rented"]},
            "when_words": text("if the place is rented", "租赁房屋的"),
        },
    ],
    "title_from": ["full_name"],
    "clock": {
        "starts": "acceptance",
        "legal": {
            "working_days": 20,
            "extend": 10,
            "extend_by": text("the head", "负责人"),
            "source": "L_ALL",
        },
        "committed": {"working_days": 3, "source": "L_ALL"},
        "correction": {"basis": text("Rule, art. 32", "《规定》第三十二条"), "source": "L_ALL"},
    },
    "stages": [
        {
            "key": "acceptance",
            "name": text("Acceptance", "受理"),
            "tasks": [
                {
                    "key": "accept",
                    "name": text("Check the papers", "核对材料"),
                    "department": "window",
                    "duty": "clerk",
                    "actions": {
                        "accept": "next",
                        "correct": "applicant",
                        "refuse_acceptance": "end.not_accepted",
                    },
                }
            ],
        },
        {
            "key": "decision",
            "name": text("Decision", "决定"),
            "tasks": [
                {
                    "key": "decide",
                    "name": text("Decide", "作出决定"),
                    "department": "market",
                    "duty": "supervisor",
                    "not_who_did": ["accept"],
                    "actions": {"approve": "end.approved", "refuse": "end.refused"},
                }
            ],
        },
    ],
    "letters": {
        "receipt": {},
        "withdrawn": {},
        "accepted": {},
        "correction": {},
        "not_accepted": {},
        "approved": {},
        "refused": {},
    },
    "result": {"name": text("A notice", "告知书"), "validity": text("One year", "一年")},
    "examples": [
        _example(
            "approved after a correction",
            ["accept", {"correct": ["material:passport"]}],
            ["applicant", {"gives": ["passport"]}],
            ["accept", "accept"],
            ["decide", "approve"],
            outcome="approved",
            letters=["receipt", "correction", "receipt", "accepted", "approved"],
        ),
        _example(
            "refused",
            ["accept", "accept"],
            ["decide", "refuse"],
            outcome="refused",
            letters=["receipt", "accepted", "refused"],
        ),
    ],
}


def small(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a definition
    """Return a definition that is in order but for ``changes`` at its top."""
    return {**copy.deepcopy(dict(SMALL)), **changes}


def make_service(**changes: Any) -> Service:  # noqa: ANN401
    """Return a service that is in order but for ``changes``."""
    return definitions.parse(small(**changes))


def page_of(*fields: Mapping[str, Any], **changes: Any) -> Page:  # noqa: ANN401
    """Return a page that asks ``fields``; what they lack is made up."""
    whole = [{"label": text("The question", "问题"), **field} for field in fields]
    page = {"key": "page", "section": "you", "title": text("Page", "页面"), "fields": whole}
    return Page.model_validate({**page, **changes})


def service_of_page(page: Page) -> Service:
    """Return a service whose form is ``page`` alone."""
    return make_service(pages=[page.model_dump(mode="json")], title_from=[], materials=[])


def publish(session: Session, **changes: Any) -> ServiceVersion:  # noqa: ANN401
    """Publish a service that is in order but for ``changes``, and commit."""
    version = operations.publish(session, make_service(**changes), MONDAY_MORNING)
    session.commit()
    return version
