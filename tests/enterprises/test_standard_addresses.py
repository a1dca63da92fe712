"""An address as typed is told as one of the park's standard addresses, or nearly one."""

import pytest

from servicedesk.enterprises.standard_addresses import match

HOMES = ("北京市昌平区", "北京昌平", "北京市", "北京")
PARK = {
    "4-201": "北京市昌平区示例路 1 号示例 4 号楼 4-201 室",
    "4-202": "北京市昌平区示例路 1 号示例 4 号楼 4-202 室",
    "7-1103": "北京市昌平区示例路 1 号示例 7 号楼 7-1103 室",
    "2-D01": "北京市昌平区示例路 1 号示例 2 号楼共享办公区 2-D01 工位",
    "1-H01": "北京市昌平区示例路 1 号示例 1 号楼集中登记地 1-H01",
}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("北京市昌平区示例路 1 号示例 4 号楼 4-201 室", "4-201"),
        ("北京市昌平区示例路1号示例4号楼4-201室", "4-201"),
        ("北京市昌平区示例路１号示例４号楼４－２０１室", "4-201"),
        ("中国北京市昌平区示例路1号示例4号楼4-201", "4-201"),
        ("昌平区示例路1号示例4号楼201室", "4-201"),
        ("示例路1号示例4号楼201", "4-201"),
        ("北京昌平示例路一号示例四号楼201", "4-201"),
        ("北京市昌平区示例路1号示例4栋201房", "4-201"),
        ("北京市昌平区示例路1号示例4幢201号", "4-201"),
        ("北京市昌平区示例路1号示例4#楼201室", "4-201"),
        ("北京市昌平区示例路1号示例4号楼2层201室", "4-201"),
        ("北京市昌平区示例路1号示例4号楼二层201室", "4-201"),
        ("北京市昌平区示例路1号示例4号楼二〇一室", "4-201"),
        ("北京市昌平区示例路1号示例4号楼二百零一室", "4-201"),
        ("北京市昌平區示例路1號示例4號樓4-201室", "4-201"),
        ("北京市 昌平区，示例路1号，示例4号楼，4—201室。", "4-201"),
        ("示例路1号示例7号楼十一层1103室", "7-1103"),
        ("示例路1号示例7号楼一千一百零三", None),
        ("示例路1号示例2号楼共享办公区d01工位", "2-D01"),
        ("示例路1号示例1号楼集中登记地H01", "1-H01"),
        ("北京市昌平区示例路1号示例4号楼203室", None),
        ("北京市昌平区示例路1号示例7号楼201室", None),
        ("北京市昌平区示例路11号示例4号楼201室", None),
        ("北京市昌平区示例大街 8 号院 2 号楼 301 室", None),
        ("", None),
    ],
)
def test_an_address_is_one_of_the_park_s_however_it_is_written(
    typed: str, code: str | None
) -> None:
    assert match(typed, PARK, homes=HOMES).exact == code


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("示例路1号示例4号楼203室", "4-201"),
        ("示例路1号示列4号楼202室", "4-202"),
        ("示例路1号4号楼202室", "4-202"),
    ],
)
def test_what_is_nearly_one_is_offered(typed: str, first: str) -> None:
    found = match(typed, PARK, homes=HOMES)

    assert found.exact is None
    assert found.near[0] == first


@pytest.mark.parametrize("typed", ["示例大街 8 号院 2 号楼 301 室", "上地十街 1 号", "", "4-201"])
def test_what_is_not_alike_is_not_offered(typed: str) -> None:
    assert match(typed, PARK, homes=HOMES).near == ()
