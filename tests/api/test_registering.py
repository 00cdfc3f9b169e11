"""Somebody registered by a program is looked for as at the desk: nobody is registered twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.serving import Service

BORN = "1979-05-06"


def registered(service: Service, **more: Any) -> Any:
    params, headers = more.pop("params", None), more.pop("headers", {})
    asked = {"json": {"area_code": "320613001", **more}, "params": params, "headers": headers}
    return service.call("caseworker-own", "POST", "/persons", **asked)


def people(service: Service) -> int:
    listed = service.call("caseworker-own", "GET", "/persons", params={"limit": 1})
    return int(listed.json()["total"])


def test_one_of_the_same_name_and_birth_is_asked_about_before_a_second_is_written(
    service: Service,
) -> None:
    said = {"name": "（生成）双名一", "birth_date": BORN}
    first = registered(service, **said)
    assert first.status_code == 201, first.text
    before = people(service)
    again = registered(service, **said, area_code="320613002")
    told = again.json()
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"
    assert told["type"] == "urn:rengang:problem:PossibleDoubles"
    assert told["ids"] == [first.json()["id"]]
    assert people(service) == before
    for personal in ("双名一", BORN, "1979"):
        assert personal not in again.text


def test_that_it_is_another_person_is_said_by_number_and_not_asked_again(service: Service) -> None:
    said = {"name": "（生成）双名二", "birth_date": BORN}
    first = registered(service, **said).json()["id"]
    said["area_code"] = "320613002"
    wrong = registered(service, **said, params={"apart": ["P-ANOTHER"]})
    assert wrong.status_code == 409
    made = registered(service, **said, params={"apart": [first, "P-ANOTHER"]})
    assert made.status_code == 201, made.text
    third = registered(service, **said | {"area_code": "320613003"}, params={"apart": [first]})
    assert third.json()["ids"] == [made.json()["id"]]


def test_the_answer_that_it_is_another_person_is_carried_out_once(service: Service) -> None:
    said = {"name": "（生成）双名三", "birth_date": BORN}
    first = registered(service, **said).json()["id"]
    said |= {"area_code": "320613002", "headers": {"Idempotency-Key": "twice-the-same"}}
    # A refusal gives the key back: the same request may be repeated with the answer in it.
    assert registered(service, **said).status_code == 409
    sure = {"apart": [first]}
    made, replayed = (registered(service, **said, params=sure) for _ in range(2))
    assert (made.status_code, replayed.status_code) == (201, 201)
    assert made.json() == replayed.json()
    assert replayed.headers["idempotency-replayed"] == "true"
    del said["headers"]
    without = registered(service, **said, params=sure)
    assert without.json()["type"] == "urn:rengang:problem:AlreadyThere"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_id_number_cannot_be_set_apart(service: Service, language: str) -> None:
    number = {"zh": "32060219790506001", "en": "32060219790506014"}[language]
    number += _check(number)
    said = {"name": f"（生成）同号{language}", "id_number": number}
    first = registered(service, **said)
    assert first.status_code == 201, first.text
    other = {"name": "（生成）另名", "id_number": number, "area_code": "320613002"}
    asked = {"params": {"apart": [first.json()["id"]]}, "headers": {"Accept-Language": language}}
    told = registered(service, **other, **asked)
    assert told.status_code == 409
    assert told.json()["type"] == "urn:rengang:problem:RegisteredAlready"
    assert told.json()["ids"] == [first.json()["id"]]
    assert number not in told.text
    assert ("身份证号" in told.json()["detail"]) == (language == "zh")


def test_an_id_number_of_another_office_names_its_county_and_no_person(service: Service) -> None:
    number = "32060219790506021"
    number += _check(number)
    said = {"name": "（生成）别处", "id_number": number, "area_code": "320682001"}
    there = service.call("caseworker-other", "POST", "/persons", json=said)
    assert there.status_code == 201, there.text
    told = registered(service, name="（生成）本处", id_number=number)
    assert told.status_code == 409
    assert "ids" not in told.json()
    assert "320682" in told.json()["detail"]
    assert there.json()["id"] not in told.text


def _check(digits: str) -> str:
    """The last sign of an ID number (GB 11643)."""
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(digits))
    return "10X98765432"[total % 11]
