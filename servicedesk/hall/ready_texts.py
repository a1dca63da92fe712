"""Messages to a hall that are ready to be chosen, in both languages.

Pure data.  A message of a supervisor's own words is typed in both languages instead.
"""

from collections.abc import Mapping
from typing import Final

from servicedesk.words import Text

READY_TEXTS: Final[Mapping[str, Text]] = {
    "long_waits": Text(
        "It takes longer than usual today. You can book a time on another day.",
        "今天等候时间较长，您可以预约其他日期办理。",
    ),
    "slow_systems": Text(
        "Our computers are slow. Every visit takes longer than usual.",
        "系统运行缓慢，办理时间比平时长。",
    ),
    "no_more_tickets": Text(
        "No more tickets are given out today. Everybody with a ticket is served.",
        "今日停止取号，已取号的均予办理。",
    ),
    "no_printer": Text(
        "The ticket machine does not print. Photograph the code on its screen.",
        "取号机暂不打印，请拍下屏幕上的二维码。",
    ),
    "found": Text(
        "Something was found in the hall. Ask at the guidance desk.",
        "大厅拾到物品，失主请到导办台认领。",
    ),
    "short_break": Text(
        "We pause for a few minutes. You keep your place.",
        "办理暂停几分钟，您的位置会保留。",
    ),
}
