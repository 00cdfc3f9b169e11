"""The service answers about itself and its vacancies; no person appears anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.protocol.problems import STATUS, status_of, wording
from matcher import errors
from matcher.casework.deadlines.clocks import clock_table
from tests.api.serving import Service


@pytest.fixture
def client(reading: Service) -> TestClient:
    bearer = reading.tokens["supervisor-own"]
    return TestClient(reading.client.app, headers={"authorization": f"Bearer {bearer}"})


def test_it_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json()["records"]["vacancies"] == 1200


def test_pages_of_vacancies_meet_every_vacancy_once(client: TestClient) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = client.get("/api/v1/vacancies", params={"limit": 200, "after": after}).json()
        seen += [item["vacancy_id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 1200
    assert seen == sorted(seen)


def test_one_vacancy_is_the_same_as_in_the_list(client: TestClient) -> None:
    first = client.get("/api/v1/vacancies", params={"limit": 1}).json()["items"][0]
    assert client.get(f"/api/v1/vacancies/{first['vacancy_id']}").json() == first


def test_what_is_not_there_is_a_problem_document(client: TestClient) -> None:
    answer = client.get("/api/v1/vacancies/V999999")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:rengang:problem:NotFound"
    assert "V999999" in answer.json()["detail"]


def test_a_wrong_parameter_names_its_field(client: TestClient) -> None:
    answer = client.get("/api/v1/vacancies", params={"limit": 0})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"parameter": "limit", "detail": "不得小于 1"}]


def test_the_algorithm_is_told_as_it_runs(client: TestClient) -> None:
    told = client.get("/api/v1/algorithm").json()
    assert "past_retirement" in told["hard_filters"]
    rules, shipped = told["rankers"]
    assert (rules["name"], rules["trained"], rules["demo_only"]) == ("rules", False, False)
    assert (shipped["name"], shipped["trained"], shipped["demo_only"]) == ("demo-city", True, True)
    assert told["champion"] == "demo-city"
    assert len(rules["features"]) >= 10


def below(kind: type[errors.RengangError]) -> Iterator[type[errors.RengangError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from below(child)


def test_every_error_of_ours_has_a_status() -> None:
    assert all(400 <= status_of(kind) < 600 for kind in below(errors.RengangError))
    assert set(STATUS) <= set(below(errors.RengangError))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_error_of_ours_has_a_title_in_both_languages(language: str) -> None:
    told = wording(language)["problems"]
    assert {kind.__name__ for kind in below(errors.RengangError)} <= set(told)
    assert set(told) == set(wording("zh")["problems"])
    assert all(each["title"] for each in told.values())


def test_the_interface_is_described(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert all(
        operation["description"]
        for operations in described["paths"].values()
        for operation in operations.values()
    )


def test_a_number_of_any_script_is_made_and_led_to(service: Service) -> None:
    given = {"course_id": "课程·甲", "name": "育婴员培训"}
    made = service.call("supervisor-own", "POST", "/courses", json=given)
    assert made.status_code == 201
    where = made.headers["location"]
    assert where.isascii()
    assert service.visit("supervisor-own", "GET", where).json()["course_id"] == "课程·甲"


def test_every_row_of_the_audit_is_reached_page_by_page(service: Service) -> None:
    found: list[int] = []
    before = None
    while not found or before is not None:
        asked = {"limit": 3} | ({} if before is None else {"before": before})
        answer = service.call("auditor-own", "GET", "/audit", params=asked).json()
        found += [row["seq"] for row in answer["items"]]
        before = answer["next"]
    rows = service.store.audit_rows()["seq"]
    assert found == rows[rows <= found[0]].tolist()[::-1], "what was written since is newer"


def test_what_is_due_is_named_in_the_language_of_the_caller(reading: Service) -> None:
    named = {}
    for language in ("zh-CN", "en"):
        headers = {"accept-language": language}
        day = reading.call("caseworker-own", "GET", "/deadlines", headers=headers).json()
        named[language] = {each["matter"]: each["name"] for each in day["due"]}
    clocks = {each.name for each in clock_table()} & named["zh-CN"].keys()
    assert clocks
    assert not [name for name in clocks if named["zh-CN"][name].isascii()]
    assert all(named["en"][name].isascii() for name in clocks)
