"""What indicators and their groups are called, in both languages; the keys stay as they are."""

from collections.abc import Mapping
from typing import Final

from servicedesk.enterprises import reference
from servicedesk.enterprises.pick_lists import CATEGORIES
from servicedesk.indicators import figures
from servicedesk.words import Text

INDICATORS: Final[Mapping[str, Text]] = {
    "standing": Text("Enterprises at the end of the year", "年末实有企业数"),
    "set_ups": Text("Enterprises set up", "新设企业数"),
    "ends": Text("Enterprises deregistered or revoked", "注销和吊销企业数"),
    figures.REVENUE: Text("Total revenue, annual reports", "营业总收入（年度报告）"),
    figures.QUARTER_REVENUE: Text("Revenue, quarterly figures", "营业收入（季度数据）"),
    figures.QUARTER_OUTPUT: Text("Output value, quarterly figures", "产值（季度数据）"),
    "growth": Text("Growth on the year before", "同比增长率"),
    "average_growth": Text("Average annual growth", "年均增长率"),
}
DIMENSIONS: Final[Mapping[str, Text]] = {
    figures.ALL: Text("All enterprises", "全部企业"),
    figures.INDUSTRY: Text("Industry", "行业"),
    figures.FORM: Text("Legal form", "市场主体类型"),
    figures.FOREIGN: Text("Foreign-invested", "外商投资"),
    figures.SCIENTIST: Text("Founded by a scientist", "科学家创办"),
}
_YES_NO: Final = {"yes": Text("Yes", "是"), "no": Text("No", "否")}
_OTHER: Final = Text("Other or not stated", "其他或未填写")


def group(dimension: str, key: str) -> Text:
    """Return what a group of a dimension is called."""
    if dimension == figures.ALL:
        return DIMENSIONS[figures.ALL]
    if dimension == figures.INDUSTRY:
        return CATEGORIES.get(key, _OTHER)
    if dimension == figures.FORM:
        form = reference.org_forms().get(key)
        return form.name if form else Text(key, key)
    return _YES_NO[key]
