"""The form of a vacancy against what people and programs send it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.api.serving import OWN, Service
from tests.api.test_scope import vacancy_of

POST = {"title": "仓管员", "area_code": OWN, "headcount": "2"}


def send(service: Service, path: str, given: dict[str, Any]) -> Any:
    asked: dict[str, Any] = {"headers": {"accept": "text/html"}, "follow_redirects": False}
    return service.visit("employer-own", "POST", path, data=given, **asked)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"area_code": OWN}, id="no title yet"),
        pytest.param({"title": "甲", "area_code": "999999"}, id="no such place"),
        pytest.param({"title": "甲", "area_code": "abc"}, id="no code"),
        pytest.param(POST | {"contract_months": "²"}, id="a digit that is no number"),
        pytest.param(POST | {"wage_min": "9" * 30}, id="a wage beyond all"),
        pytest.param({"title": "x" * 5000}, id="a long title"),
    ],
)
def test_advice_is_given_on_whatever_stands_in_the_form(
    service: Service, given: dict[str, str]
) -> None:
    answer = send(service, "/vacancies/advice", given)
    assert answer.status_code == 200
    assert 'id="advice"' in answer.text


def test_a_form_without_a_title_comes_back_with_what_was_typed(service: Service) -> None:
    answer = send(service, "/vacancies", {"area_code": OWN, "description": "白班包装"})
    assert answer.status_code == 422
    assert 'href="#title"' in answer.text
    assert "白班包装" in answer.text


def test_a_post_that_is_there_already_is_named_and_the_form_is_kept(service: Service) -> None:
    assert send(service, "/vacancies", POST).status_code == 303
    again = send(service, "/vacancies", POST)
    assert again.status_code == 422
    assert "已有内容完全相同的岗位" in again.text


@pytest.mark.parametrize("version", ["abc", "", "0", "9" * 30, "²"])
def test_a_version_that_is_none_changes_nothing(service: Service, version: str) -> None:
    key = vacancy_of(service, service.employers[0])
    answer = send(service, f"/vacancies/{key}", {"title": "改名", "version": version})
    assert answer.status_code == 422
    assert "别人刚改过" in answer.text
    kept = service.call("employer-own", "GET", f"/vacancies/{key}").json()
    assert kept["title"] != "改名"


def test_insurance_is_ticked_in_words_and_kept_as_codes(service: Service) -> None:
    ticked: dict[str, Any] = POST | {"title": "质检员", "insurance_offered": ["pension", "medical"]}
    made = send(service, "/vacancies", ticked)
    assert made.status_code == 303
    key = made.headers["location"].removeprefix("/vacancies/").partition("?")[0]
    held = service.call("employer-own", "GET", f"/vacancies/{key}").json()
    assert set(held["insurance_offered"].split(";")) == {"pension", "medical"}
    form = service.visit("employer-own", "GET", f"/vacancies/{key}/edit").text
    assert re.findall(r'name="insurance_offered" value="(\w+)" checked>(\w+)<', form) == [
        ("pension", "养老保险"),
        ("medical", "医疗保险"),
    ]
    again = ticked | {"version": str(held["version"])}
    assert send(service, f"/vacancies/{key}", again).status_code == 303
    same = service.call("employer-own", "GET", f"/vacancies/{key}").json()
    assert same["version"] == held["version"], "a form sent as it came changes nothing"
