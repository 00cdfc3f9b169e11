"""How every route speaks: pages, versions, requests sent twice, languages, edges."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.protocol.language import spoken
from api.protocol.pages import cursor_of, place_of
from matcher.errors import WrongUse
from tests.api.serving import Service

CELLS = st.one_of(
    st.none(),
    st.integers(-(2**53), 2**53),
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00")),
)


@given(st.lists(CELLS, max_size=3), st.text(min_size=1, alphabet="PV0123456789"))
def test_a_cursor_carries_its_place(cells: list[object], key: str) -> None:
    place = (*cells, key)
    assert place_of(cursor_of(place)) == place  # type: ignore[arg-type]  # cells are plain


@pytest.mark.parametrize("word", ["?", "W10=", "e30=", "WzFd", "AAAA", "你好"])
def test_what_is_no_cursor_is_refused(word: str) -> None:
    with pytest.raises(WrongUse, match="cursor"):
        place_of(word)


def since(after: str | None) -> dict[str, str]:
    return {"after": after} if after else {}


@pytest.mark.parametrize("sort", ["-wage_min,title", "posted_on", "-headcount", "title,-wage_max"])
def test_pages_in_any_order_meet_every_record_once(reading: Service, sort: str) -> None:
    seen: list[tuple[object, ...]] = []
    after, pages = None, 0
    while pages < 50:
        asked = {"limit": 97, "sort": sort, "filter": "area_code^=320613"}
        page = reading.call(
            "caseworker-own",
            "GET",
            "/vacancies",
            params=asked | ({"after": after} if after else {}),
        ).json()
        seen += [tuple(item.items()) for item in page["items"]]
        after, pages = page["next"], pages + 1
        if after is None:
            break
    ids = [dict(row)["vacancy_id"] for row in seen]
    assert len(ids) == len(set(ids)) == page["total"] > 97
    name = sort.split(",", maxsplit=1)[0].removeprefix("-")
    values = [dict(row)[name] for row in seen]
    stated = [value for value in values if value is not None]
    # What was not stated comes last, whichever way the order runs.
    assert values[: len(stated)] == sorted(stated, reverse=sort.startswith("-"))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        pytest.param("wage_min>=4000", lambda row: (row["wage_min"] or 0) >= 4000, id="at least"),
        pytest.param("public_welfare=true", lambda row: row["public_welfare"] is True, id="true"),
        pytest.param("title~员", lambda row: "员" in row["title"], id="contains"),
        pytest.param("wage_min=", lambda row: row["wage_min"] is None, id="not stated"),
        pytest.param("headcount!=1", lambda row: row["headcount"] != 1, id="unequal or unknown"),
        pytest.param("title~%", lambda row: "%" in row["title"], id="a sign is no pattern"),
    ],
)
def test_a_filter_gives_exactly_the_rows_it_describes(
    reading: Service, condition: str, holds: object
) -> None:
    def every(**asked: object) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        after = None
        while True:
            params = {"limit": 200, **asked} | since(after)
            page = reading.call("caseworker-own", "GET", "/vacancies", params=params).json()
            rows += page["items"]
            after = page["next"]
            if after is None:
                return rows

    wanted = {row["vacancy_id"] for row in every() if holds(row)}  # type: ignore[operator]  # a function
    assert {row["vacancy_id"] for row in every(filter=condition)} == wanted


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param({"filter": "wage>"}, 200, id="an empty bound compares with empty text"),
        pytest.param({"filter": "nothing=1"}, 400, id="no such column"),
        pytest.param({"filter": "wage_min>=viel"}, 400, id="no number"),
        pytest.param({"filter": "public_welfare~1"}, 400, id="no text column"),
        pytest.param({"sort": "name"}, 400, id="identity is no column to sort by"),
        pytest.param({"filter": "drop table"}, 400, id="no condition"),
    ],
)
def test_filters_that_make_no_sense_are_told_so(
    reading: Service, asked: dict[str, str], said: int
) -> None:
    answer = reading.call("caseworker-own", "GET", "/vacancies", params=asked)
    assert answer.status_code == said, answer.text


@pytest.mark.parametrize("column", ["name", "id_number", "phone", "address", "birth_date", "sex"])
def test_people_cannot_be_sought_by_what_the_profile_does_not_hold(
    reading: Service, column: str
) -> None:
    answer = reading.call("caseworker-own", "GET", "/persons", params={"filter": f"{column}=1"})
    assert answer.status_code == 400


def test_a_change_needs_the_version_that_was_read(service: Service) -> None:
    made = service.call(
        "caseworker-own", "POST", "/courses", json={"name": "养老护理", "seats": 20}
    )
    assert made.status_code == 201, made.text
    path = made.headers["location"].removeprefix("/api/v1")
    read = service.call("caseworker-own", "GET", path)
    assert read.headers["etag"] == made.headers["etag"] == '"v1"'
    change = {"seats": 30}
    assert service.call("caseworker-own", "PATCH", path, json=change).status_code == 428
    first = {"If-Match": read.headers["etag"]}
    done = service.call("caseworker-own", "PATCH", path, json=change, headers=first)
    assert (done.status_code, done.headers["etag"]) == (200, '"v2"')
    late = service.call("caseworker-own", "PATCH", path, json={"seats": 40}, headers=first)
    assert late.status_code == 412
    assert service.call("caseworker-own", "GET", path).json()["seats"] == 30


def test_null_takes_a_value_away_and_silence_does_not(service: Service) -> None:
    given = {"name": "电工", "seats": 10, "starts_on": "2026-12-01"}
    made = service.call("caseworker-own", "POST", "/courses", json=given)
    path = made.headers["location"].removeprefix("/api/v1")
    tag = {"If-Match": made.headers["etag"]}
    service.call("caseworker-own", "PATCH", path, json={"seats": None}, headers=tag)
    after = service.call("caseworker-own", "GET", path).json()
    assert (after["seats"], after["starts_on"]) == (None, "2026-12-01")


def test_a_request_with_a_key_is_carried_out_once(service: Service) -> None:
    key = {"Idempotency-Key": "one-order"}
    given = {"title": "保洁员", "area_code": "320613", "headcount": 2}
    answers = [
        service.call("caseworker-own", "POST", "/vacancies", json=given, headers=key)
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.text for answer in answers}) == 1
    assert answers[2].headers["idempotency-replayed"] == "true"
    other = service.call(
        "caseworker-own", "POST", "/vacancies", json=given | {"headcount": 3}, headers=key
    )
    assert (other.status_code, other.json()["type"]) == (422, "urn:rengang:problem:KeyReused")
    theirs = service.call("organiser-own", "POST", "/vacancies", json=given, headers=key)
    assert theirs.status_code == 409, "a key is its caller's own: this is a second request"


def test_a_refused_request_gives_its_key_back(service: Service) -> None:
    key = {"Idempotency-Key": "corrected"}
    wrong = {"title": "门卫", "area_code": "999999"}
    assert service.call("caseworker-own", "POST", "/vacancies", json=wrong, headers=key).is_error
    right = {"title": "门卫", "area_code": "320613"}
    done = service.call("caseworker-own", "POST", "/vacancies", json=right, headers=key)
    assert done.status_code == 201


def test_an_order_of_work_with_a_key_is_for_one_content_only(service: Service) -> None:
    def order(content: str) -> Any:
        files = {"files": ("x.csv", content.encode(), "text/csv")}
        key = {"Idempotency-Key": "one-import"}
        return service.call("caseworker-own", "POST", "/imports/persons", files=files, headers=key)

    first, again = (order("person_id,area_code\nQ1,320613\n") for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["job_id"] == again.json()["job_id"]
    other = order("person_id,area_code\nQ2,320613\n")
    assert (other.status_code, other.json()["type"]) == (422, "urn:rengang:problem:KeyReused")


def test_a_contest_with_a_key_is_filed_once(service: Service) -> None:
    [person] = service.call("caseworker-own", "GET", "/persons?limit=1").json()["items"]
    filed = [
        service.call(
            "caseworker-own",
            "POST",
            f"/persons/{person['person_id']}/contests",
            json={"reason": "facts_wrong"},
            headers={"Idempotency-Key": "one-contest"},
        )
        for _ in range(2)
    ]
    assert [each.status_code for each in filed] == [201, 201]
    assert filed[0].json() == filed[1].json()


@pytest.mark.parametrize("key", [pytest.param("", id="empty"), pytest.param("k" * 201, id="long")])
def test_a_key_that_does_not_fit_is_refused(service: Service, key: str) -> None:
    given = {"title": "门卫", "area_code": "320613"}
    answer = service.call(
        "caseworker-own", "POST", "/vacancies", json=given, headers={"Idempotency-Key": key}
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:rengang:problem:KeyUnfit")


def test_every_post_that_reads_a_key_says_so(service: Service) -> None:
    told = service.client.get("/api/v1/openapi.json").json()["paths"]
    without = {"/api/v1/tokens", "/api/v1/imports/{import_id}/undo"}
    for path in sorted({path for path, verbs in told.items() if "post" in verbs} - without):
        named = [each["name"] for each in told[path]["post"].get("parameters", [])]
        assert named.count("Idempotency-Key") == 1, path


def test_what_is_no_json_is_told_of_the_whole_body(service: Service) -> None:
    headers = {"content-type": "application/json"}
    answer = service.call("caseworker-own", "POST", "/vacancies", content=b'{"a":', headers=headers)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/"]


def test_a_refused_record_names_every_fault_by_its_field(service: Service) -> None:
    given = {"person_id": "X1", "area_code": "320613", "birth_date": "1990-13-1", "sex": "?"}
    answer = service.call("caseworker-own", "POST", "/persons", json=given)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/birth_date", "/sex"}
    assert "1990" not in answer.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en", "en"),
        ("zh-CN,zh;q=0.9", "zh"),
        ("fr", "zh"),
        ("zh;q=0.1,en-GB;q=0.2", "en"),
        (";q=", "zh"),
    ],
)
def test_the_callers_language_is_spoken(reading: Service, header: str, language: str) -> None:
    assert spoken(header) == language
    answer = reading.call(
        "caseworker-own", "GET", "/vacancies/none", headers={"accept-language": header}
    )
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"zh": "没有找到", "en": "Not found"}[language]


def test_every_answer_has_its_request_id_and_its_guards(reading: Service) -> None:
    answer = reading.call(
        "caseworker-own", "GET", "/vacancies/none", headers={"x-request-id": "abcdefgh1"}
    )
    assert answer.headers["x-request-id"] == "abcdefgh1"
    assert answer.json()["instance"] == "urn:rengang:request:abcdefgh1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    forged = reading.call(
        "caseworker-own", "GET", "/me", headers={"x-request-id": "a\u0041<script>"}
    )
    assert "<" not in forged.headers["x-request-id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param("[" * 100_000, 422, id="nested bodies"),
        pytest.param('{"title": "' + "门" * 800_000 + '"}', 413, id="oversized bodies"),
        pytest.param(json.dumps({"title": "[" * 5000}), 201, id="brackets in text are text"),
        pytest.param("{", 422, id="no JSON"),
        pytest.param("[1]", 422, id="no object"),
        pytest.param('{"title": NaN}', 422, id="no value"),
        pytest.param('{"title": "x", "headcount": 1e999}', 422, id="no number"),
    ],
)
def test_bodies_that_are_too_much_are_refused_before_they_are_read(
    service: Service, body: str, status: int
) -> None:
    headers = {"content-type": "application/json"}
    answer = service.call(
        "caseworker-own", "POST", "/vacancies", content=body.encode(), headers=headers
    )
    assert answer.status_code == status, answer.text[:300]
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/no-such-thing", 404), ("PUT", "/persons", 405), ("GET", "/vacancies/a%2Fb", 404)],
)
def test_what_the_framework_refuses_is_a_problem_too(
    reading: Service, method: str, path: str, status: int
) -> None:
    answer = reading.call("caseworker-own", method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
