"""For what the clock of a licence may stand: time that its limit does not count.

Pure table.  行政许可法 art. 45 (clock_rules.yaml, licensing_law.excluded_time): the time for a
hearing, an invitation to tender, an auction, an inspection, a test, a quarantine, an appraisal
or an expert review is not counted; the applicant is told in writing how long it takes.
"""

from enum import StrEnum
from typing import Final

from servicedesk.catalogue.definition import ItemType
from servicedesk.words import Text, Words, say


class StopKind(StrEnum):
    """What the desk waits for.  The values are stored: add one, never rename one."""

    HEARING = "hearing"  # 听证
    TENDER = "tender"  # 招标
    AUCTION = "auction"  # 拍卖
    INSPECTION = "inspection"  # 检验
    TEST = "test"  # 检测
    QUARANTINE = "quarantine"  # 检疫
    APPRAISAL = "appraisal"  # 鉴定
    EXPERT_REVIEW = "expert_review"  # 专家评审


STOP_WORDS: Final[dict[str, Words]] = {
    StopKind.HEARING: say("Hearing"),
    StopKind.TENDER: say("Invitation to tender"),
    StopKind.AUCTION: say("Auction"),
    StopKind.INSPECTION: say("Inspection"),
    StopKind.TEST: say("Test"),
    StopKind.QUARANTINE: say("Quarantine inspection"),
    StopKind.APPRAISAL: say("Appraisal"),
    StopKind.EXPERT_REVIEW: say("Expert review"),
}
BASIS: Final = Text("Administrative Licensing Law, art. 45", "《行政许可法》第四十五条")
STOPPABLE: Final = frozenset({ItemType.LICENCE})  # the law is about licences alone
