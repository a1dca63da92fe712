"""Which addresses of one's own are registered here."""

import pytest

from servicedesk.enterprises import own_addresses
from servicedesk.enterprises.divisions import divisions
from servicedesk.park import park


def _fault(address: str) -> str:
    found = own_addresses.fault(address, homes=park().division_names, divisions=divisions().firm)
    return str(found or "")


@pytest.mark.parametrize(
    "address",
    [
        "北京市昌平区示例大街 8 号院 2 号楼 301 室",
        "北京昌平区回龙观西大街 1 号",
        "北京 昌平 生命科学园 A 座 3 层",
        "中国北京市昌平区上海路 1 号",
        "昌平区沙河镇示例村 5 号",
        "北京市昌平區示例路 6 號",
        "示例大街 8 号院 3 号楼",
        "上海路 8 号院 3 号楼",
        "回龙观东大街 1 号",
    ],
)
def test_addresses_here_are_taken(address: str) -> None:
    assert _fault(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "上海市浦东新区张江路 1 号",
        "上海浦东张江路 1 号",
        "北京市海淀区中关村大街 1 号",
        "北京海淀中关村大街 1 号",
        "海淀区中关村大街 1 号",
        "中国广东省深圳市南山区科技路 2 号",
        "河北省廊坊市示例路 3 号",
        "廊坊市示例路 3 号",
        "浦东新区张江路 1 号",
        "上海市昌平路 5 号",
        "内蒙古自治区呼和浩特市示例路 1 号",
    ],
)
def test_addresses_elsewhere_are_not(address: str) -> None:
    assert "is not in 北京市昌平区" in _fault(address)


@pytest.mark.parametrize(
    "address", ["", "aaaaa", "8 Sample Street, Changping, Beijing 昌平区", "昌平"]
)
def test_the_address_is_in_chinese(address: str) -> None:
    assert "in Chinese" in _fault(address)
