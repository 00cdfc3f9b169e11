"""Places are chosen by name: those below the caller's own areas, and around the one asked for."""

from __future__ import annotations

import time

import pytest

from api.lists.places import MOST, places_below
from matcher.domain.scope import Role
from tests.pages.site import Site, violations


def test_a_city_offers_its_counties_and_streets_each_below_its_own() -> None:
    offered = places_below(("3206",))
    codes = [code for code, _ in offered]
    assert codes == sorted(codes)
    assert all(code.startswith("3206") for code in codes)
    words = dict(offered)
    assert words["3206"] == "江苏省南通市"
    assert words["320613"].strip() == "崇川区"
    depth = {code: len(said) - len(said.lstrip()) for code, said in offered}
    assert depth["3206"] < depth["320613"] < depth["320613002"]


@pytest.mark.parametrize(
    ("served", "chosen", "there"),
    [
        pytest.param(("",), "", "3206", id="the country offers its cities"),
        pytest.param(("",), "320613", "320613002", id="what lies in the chosen county"),
        pytest.param(("",), "320613002", "320685", id="and the counties beside it"),
        pytest.param(("320613002",), "", "320613002", id="a street is offered itself"),
        pytest.param(("320613",), "310115", "310115", id="a link to elsewhere keeps its place"),
        pytest.param(("320613",), "320613002001", "320613002001", id="a community"),
        pytest.param(("320613",), "3206x", "3206x", id="what is no code stands as written"),
        pytest.param((), "320613", "320613", id="who serves no area"),
    ],
)
def test_the_place_that_is_looked_for_is_among_those_offered(
    served: tuple[str, ...], chosen: str, there: str
) -> None:
    offered = places_below(served, chosen)
    assert there in [code for code, _ in offered]
    assert len(offered) <= 2 * MOST
    assert len(set(offered)) == len(offered)


def test_who_serves_nothing_and_asks_for_nothing_is_offered_nothing() -> None:
    assert places_below(()) == ()


def test_areas_that_lie_in_one_another_are_offered_once() -> None:
    assert places_below(("320613", "320613002", "3206")) == places_below(("3206",))


def test_no_list_of_places_takes_long() -> None:
    begun = time.process_time()
    for served in (("",), ("44",), ("3206",)):
        places_below.__wrapped__(served, "320613002")
    assert time.process_time() - begun < 0.3


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_street_is_chosen_by_name_and_stays_in_the_address(site: Site, script: bool) -> None:
    with site.page(Role.CASEWORKER, script=script) as page:
        for path in ("/persons", "/households"):
            page.goto(path)
            assert page.locator("#area_code option").first.inner_text() == "全部"
            page.select_option("#area_code", label="\u3000\u3000和平桥街道")
            with page.expect_navigation():
                page.locator("form.filters button.main").first.click()
            assert "area_code=320613002" in page.url
            assert page.input_value("#area_code") == "320613002"
            cells = page.locator("#rows tbody tr")
            assert cells.count() > 0
            assert all("和平桥街道" in each for each in cells.all_inner_texts())
            assert not script or violations(page) == []


def test_an_employer_chooses_among_the_counties_of_its_own_posts(site: Site) -> None:
    with site.page(Role.EMPLOYER) as page:
        page.goto("/vacancies")
        codes = page.locator("#area_code option").evaluate_all("all => all.map(one => one.value)")
        assert codes[0] == ""
        assert len(codes) > 1
        page.select_option("#area_code", codes[1])
        with page.expect_navigation():
            page.locator("form.filters button.main").click()
        assert page.locator("#rows tbody tr").count() > 0


def test_risks_are_narrowed_to_a_county(site: Site) -> None:
    with site.page(Role.SUPERVISOR) as page:
        page.goto("/reports/risks")
        page.select_option("#area", "320613")
        with page.expect_navigation():
            page.get_by_role("button", name="查询").click()
        offices = page.locator("tbody th").all_inner_texts()
        assert offices
        assert all("崇川区" in each for each in offices)
        assert violations(page) == []
