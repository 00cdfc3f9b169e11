"""Areas: names in addresses, the tree, withdrawn codes, centroids and distance."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import UnknownCode
from matcher.reference.areas import areas, haversine_km
from matcher.reference.paths import path

AREAS = areas()
CODES = st.sampled_from(sorted(AREAS.names))
PLACES = st.tuples(st.floats(73, 136), st.floats(3, 54))


def as_places(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, dtype=np.float64).reshape(-1, 2)


@pytest.mark.parametrize(
    ("code", "full_name"),
    [
        pytest.param("31", "上海市", id="a municipality"),
        pytest.param("3101", "上海市", id="the city level of a municipality is no place"),
        pytest.param("310115", "上海市浦东新区", id="a district of a municipality"),
        pytest.param("310115004", "上海市浦东新区潍坊新村街道", id="a street of a municipality"),
        pytest.param("500233", "重庆市忠县", id="a county of Chongqing"),
        pytest.param("5002", "重庆市", id="the counties of Chongqing taken together"),
        pytest.param("320613002", "江苏省南通市崇川区和平桥街道", id="a street"),
        pytest.param("532301", "云南省楚雄彝族自治州楚雄市", id="an autonomous prefecture"),
        pytest.param("659001", "新疆维吾尔自治区石河子市", id="a city directly under a region"),
        pytest.param("429004", "湖北省仙桃市", id="a city directly under a province"),
        pytest.param("469021", "海南省定安县", id="a county directly under a province"),
        pytest.param("441900", "广东省东莞市", id="a city without counties is named once"),
        pytest.param("441900003", "广东省东莞市东城街道", id="a street of a city without counties"),
        pytest.param("220202", "吉林省吉林市昌邑区", id="a city with the name of its province"),
        pytest.param(
            "320613002007", "江苏省南通市崇川区和平桥街道", id="a community, by its street"
        ),
        pytest.param("320600", "江苏省南通市", id="padded with zeros"),
        pytest.param("320602", "江苏省南通市崇川区", id="a withdrawn code"),
        pytest.param(
            "330104", "浙江省杭州市江干区", id="withdrawn and split, so still by its name"
        ),
    ],
)
def test_the_full_name_reads_as_in_an_address(code: str, full_name: str) -> None:
    assert AREAS.full_name(code) == full_name


@pytest.mark.parametrize(
    ("code", "canonical"),
    [
        pytest.param("320000", "32", id="province with six digits"),
        pytest.param("320600000000", "3206", id="city with twelve digits"),
        pytest.param("320613000000", "320613", id="county with twelve digits"),
        pytest.param("320613002000", "320613002", id="street with twelve digits"),
        pytest.param("320613002015", "320613002015", id="community of a known street"),
        pytest.param("441900", "441900", id="a county whose own code ends in zeros"),
        pytest.param("320611", "320613", id="merged into another"),
        pytest.param("320602001", "320613", id="a street of a withdrawn county"),
        pytest.param("320602001003", "320613", id="a community of a withdrawn county"),
        pytest.param("330104001", "330104", id="a street of a county that was split"),
        pytest.param("320613999", None, id="no such street"),
        pytest.param("320613999001", None, id="a community of no such street"),
        pytest.param("320699", None, id="no such county"),
        pytest.param("320613002abc", None, id="not digits"),
        pytest.param("3206130", None, id="seven digits"),
        pytest.param("000000", None, id="only zeros"),
        pytest.param("", None, id="empty"),
        pytest.param("崇川区", None, id="a name"),
    ],
)
def test_every_spelling_of_a_code_has_one_canonical_form(code: str, canonical: str | None) -> None:
    assert AREAS.canonical(code) == canonical
    assert AREAS.exists(code) is (canonical is not None)


def test_an_unknown_code_is_named_with_the_nearest_wider_area() -> None:
    for ask in (AREAS.name, AREAS.full_name, AREAS.parent, AREAS.ancestors, AREAS.level):
        with pytest.raises(UnknownCode, match="'320699' is not in the table 'areas'") as caught:
            ask("320699")
        assert caught.value.nearest == ("3206",)
    with pytest.raises(UnknownCode):
        AREAS.children("99")


def test_the_tables_are_complete() -> None:
    digits = pd.Series(list(AREAS.names)).str.len().value_counts().to_dict()
    assert digits == {2: 31, 4: 342, 6: 2978, 9: 41352}
    assert list(AREAS.names) == sorted(AREAS.names)
    assert all(
        former.successor in AREAS.names for former in AREAS.former.values() if former.successor
    )
    assert not AREAS.former.keys() & AREAS.names.keys()


@given(CODES)
def test_the_chain_of_ancestors_ends_with_the_province(code: str) -> None:
    chain = AREAS.ancestors(code)
    assert [AREAS.level(each) for each in chain] == list(range(AREAS.level(code) - 1, 0, -1))
    assert all(code.startswith(each) and each in AREAS.names for each in chain)


@given(CODES)
def test_an_area_is_among_the_children_of_its_parent(code: str) -> None:
    assert code in AREAS.children(AREAS.parent(code))


@given(CODES)
def test_canonical_changes_nothing_twice(code: str) -> None:
    assert AREAS.canonical(code) == code
    assert AREAS.canonical(code.ljust(12, "0")) in (code, AREAS.canonical(code[:6]))


def test_communities_have_no_children_and_provinces_are_the_top() -> None:
    assert AREAS.children("320613002") == ()
    assert "32" in AREAS.children(None)
    assert AREAS.parent("32") is None
    assert AREAS.ancestors("320613002007")[0] == "320613002"
    assert AREAS.level("320613002007") == 5


def test_columns_of_codes_keep_order_and_leave_missing_ones_out() -> None:
    codes = pd.Series(["320602", None, "99", "320602"], dtype="str")
    assert AREAS.known(codes).tolist() == [True, False, False, True]
    assert AREAS.canonical_codes(codes).tolist() == ["320613", None, None, "320613"]
    assert AREAS.full_names(codes)[[0, 1, 2]].tolist() == ["江苏省南通市崇川区", None, None]
    assert np.isnan(AREAS.lonlat(codes)[[1, 2]]).all()
    assert AREAS.lonlat([]).shape == (0, 2)
    assert AREAS.canonical_codes([]).shape == (0,)


def test_a_street_and_a_community_lie_where_their_county_does() -> None:
    county, street, community = AREAS.lonlat(["320613", "320613002", "320613002007"])
    np.testing.assert_array_equal(county, street)
    np.testing.assert_array_equal(county, community)


def test_a_city_lies_in_the_mean_of_its_counties_own_centroids() -> None:
    with path("areas", "centroids.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code"].startswith("3206")]
    own = [row for row in rows if row["basis"] != "city" and row["code"] in AREAS.names]
    mean = np.mean([(float(row["longitude"]), float(row["latitude"])) for row in own], axis=0)
    assert len(own) < len(rows)
    np.testing.assert_allclose(AREAS.lonlat(["3206"])[0], mean)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("32", id="a province of many cities"),
        pytest.param("4290", id="counties directly under a province, taken together"),
        pytest.param("659012", id="a new city of Xinjiang"),
        pytest.param("99", id="no such area"),
    ],
)
def test_what_is_no_single_place_has_no_centroid(code: str) -> None:
    assert np.isnan(AREAS.lonlat([code])).all()


def test_a_municipality_lies_amid_its_districts() -> None:
    shanghai, pudong = AREAS.lonlat(["31"]), AREAS.lonlat(["310115"])
    assert AREAS.distance_km(shanghai, pudong)[0] < 60


def test_every_centroid_lies_in_its_province() -> None:
    """No county of a province lies farther off than the greatest province is wide."""
    counties = [code for code in AREAS.names if len(code) == 6]
    lonlat = pd.DataFrame(AREAS.lonlat(counties), index=counties)
    assert int(lonlat[0].isna().sum()) == 7
    spread = lonlat.groupby(lonlat.index.str[:2]).agg(lambda axis: axis.max() - axis.min())
    assert spread.drop(["15", "54", "62", "63", "65", "23"]).max().max() < 13


def test_distance_between_known_cities() -> None:
    nantong, nanjing = AREAS.lonlat(["320613"]), AREAS.lonlat(["320102"])
    assert AREAS.distance_km(nantong, nanjing)[0] == pytest.approx(195, abs=15)


def test_an_unknown_place_is_at_no_distance() -> None:
    nowhere = as_places((np.nan, np.nan))
    assert np.isnan(haversine_km(nowhere, as_places((120, 32)))).all()


def test_one_place_is_held_against_many() -> None:
    assert haversine_km(as_places((120, 32)), as_places((120, 32), (121, 32))).shape == (2,)


@given(PLACES, PLACES, PLACES)
@settings(max_examples=60)
def test_distance_is_a_metric(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    ab, bc, ac = (haversine_km(as_places(x), as_places(y))[0] for x, y in ((a, b), (b, c), (a, c)))
    assert haversine_km(as_places(a), as_places(a))[0] == 0
    assert haversine_km(as_places(b), as_places(a))[0] == pytest.approx(ab)
    assert ac <= ab + bc + 1e-6
