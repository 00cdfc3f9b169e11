from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.reference.areas import areas
from matcher.text.places import resolve_areas


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("江苏省南通市崇川区", "320613", id="full names"),
        pytest.param("南通 崇川", "320613", id="short names"),
        pytest.param("江苏省南通市崇川区和平桥街道", "320613002", id="a street"),
        pytest.param("深圳深圳宝安区宝安", "440306", id="names twice"),
        pytest.param("北京北京海淀区", "110108", id="a municipality twice"),
        pytest.param("上海-浦东新区", "310115", id="a dash between"),
        pytest.param("上海上海浦东新区张江", "310115125", id="a town without its suffix"),
        pytest.param("湖北省武汉东湖新技术产业开发区", "4201", id="a zone ends at its city"),
        pytest.param("浙江省宁波", "3302", id="a city without its suffix"),
        pytest.param("绵阳", "5107", id="a city alone"),
        pytest.param("青岛市北区", "370203", id="市 belongs to the district"),
        pytest.param("长沙长沙县", "430121", id="a county called like its city"),
        pytest.param("广东省东莞长安镇", "441900119", id="a city without counties"),
        pytest.param("海南省陵水", "469028", id="a county of no city, peoples left out"),
        pytest.param("湖南省湘西", "4331", id="an autonomous prefecture"),
        pytest.param("福州-长乐市", "350112", id="a former county-level city"),
        pytest.param("昆山", "320583", id="a county-level city alone"),
        pytest.param("南京鼓楼区", "320106", id="a name of many districts, in its city"),
        pytest.param("江苏省鼓楼区", "32", id="a name of two districts of the province"),
        pytest.param("海南", "46", id="a province goes before a prefecture"),
        pytest.param("江苏南通，江苏苏州", "32", id="two places give what holds both"),
        pytest.param("工作地点：南京市江宁区", "320115", id="a label before"),
        pytest.param("320600", "3206", id="a code"),
    ],
)
def test_a_place_is_resolved_as_finely_as_is_sure(text: str, code: str) -> None:
    assert resolve_areas([text]) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "鼓楼区",
        "朝阳",
        "通州",
        "省直属",
        "无",
        "全国",
        "南京路100号",
        "北京、上海",
        "999999",
        "?",
    ],
)
def test_a_place_that_is_not_sure_has_no_code(text: str) -> None:
    assert resolve_areas([text]) == [None]


def test_missing_places_stay_missing_and_equal_ones_agree() -> None:
    assert resolve_areas(["绵阳", None, "绵阳"]) == ["5107", None, "5107"]


@pytest.mark.parametrize("digits", [2, 4, 6])
def test_every_full_name_resolves_to_its_own_area(digits: int) -> None:
    nameless = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
    codes = [c for c, n in areas().names.items() if len(c) == digits and n not in nameless]
    found = resolve_areas([areas().full_name(code) for code in codes])
    wrong = {
        code: answer
        for code, answer in zip(codes, found, strict=True)
        # a city without counties and its one county have one name
        if answer != code and not (answer and areas().full_name(answer) == areas().full_name(code))
    }
    assert wrong == {}


@given(st.text(alphabet="江苏省南通市崇川区北京海淀上朝阳路县镇-，、 1", max_size=14))
@settings(max_examples=200)
def test_any_text_gives_a_code_of_the_table_or_none(text: str) -> None:
    (code,) = resolve_areas([text])
    assert code is None or areas().exists(code)
