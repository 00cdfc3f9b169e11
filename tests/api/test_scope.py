"""Own and other areas, own and other employers: what is not one's own looks like nothing."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import parse_qsl

import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from tests.api.access import doors
from tests.api.serving import OTHER, OWN, Service

WHOLE = Scope.office("test")


TURNS = itertools.count(1)
"""Who is put forward is somebody else each time: a pair that is open is not put forward again."""


def person_of(service: Service, area: str, turn: int = 0) -> str:
    """A jobseeker who lives there."""
    people = service.store.persons(WHOLE)
    there = people["area_code"].str.startswith(area) & people["seeks_work"].fillna(value=True)
    return str(people[there]["person_id"].iloc[turn])


def household_of(service: Service, area: str) -> str:
    """A household that lives there."""
    found = service.store.households(WHOLE)
    return str(found[found["area_code"].str.startswith(area)]["household_id"].iloc[0])


def vacancy_of(service: Service, employer_id: str) -> str:
    """A vacancy of the employer."""
    found = service.store.frame(Kind.VACANCIES)
    return str(found[found["employer_id"] == employer_id]["vacancy_id"].iloc[0])


def referral_of(service: Service, area: str) -> str:
    """A referral of somebody who lives there, made now."""
    name = f"caseworker-{'own' if area == OWN else 'other'}"
    person = person_of(service, area, next(TURNS))
    post = service.call(name, "GET", f"/persons/{person}/matches", params={"top": 1}).json()
    pair = {"person_id": person, "vacancy_id": post["matches"][0]["vacancy_id"]}
    made = service.call(name, "POST", "/referrals", json={"pairs": [pair]}).json()
    return str(made["proposed"][0])


BY_AREA = {
    "GET /api/v1/persons/{key}": person_of,
    "PATCH /api/v1/persons/{key}": person_of,
    "GET /api/v1/persons/{key}/status": person_of,
    "GET /api/v1/persons/{key}/matches": person_of,
    "GET /api/v1/persons/{key}/courses": person_of,
    "GET /api/v1/persons/{key}/export": person_of,
    "GET /api/v1/persons/{key}/contests": person_of,
    "GET /api/v1/households/{key}": household_of,
    "PATCH /api/v1/households/{key}": household_of,
    "GET /api/v1/referrals/{key}": referral_of,
    "POST /api/v1/referrals/{key}/moves": referral_of,
}
"""Doors behind which there is a person or household: what is the key of one that lives there."""

PAGES_BY_AREA = {
    "GET /persons/{key}": person_of,
    "GET /persons/{key}/plain": person_of,
    "GET /persons/{key}/out-of-reach": person_of,
    "GET /persons/{key}/why?vacancy=V1": person_of,
    "GET /persons/{key}/courses": person_of,
    "GET /persons/{key}/decisions": person_of,
    "GET /persons/{key}/turning?decision=zero_employment_household": person_of,
    "GET /persons/{key}/clear": person_of,
    "GET /persons/{key}/history": person_of,
    "POST /persons/{key}/revealed?column=phone": person_of,
    "POST /persons/{key}/referrals?vacancy=V1": person_of,
    "POST /persons/{key}/unsuitable?vacancy=V1&reason=too_far": person_of,
    "POST /persons/{key}/referrals/{referral}/withdrawn": person_of,
    "GET /persons/{key}/letter?referral=R1": person_of,
    "GET /persons/{key}/registration": person_of,
    "GET /persons/{key}/edit": person_of,
    "GET /persons/{key}/record": person_of,
    "GET /persons/{key}/record/field?name=education": person_of,
    "POST /persons/{key}/record/field?name=education&value=10": person_of,
    "GET /persons/{key}/benefits": person_of,
    "POST /persons/{key}/edit?version=1": person_of,
    "GET /households/{key}": household_of,
    "GET /households/{key}/plan": household_of,
    "POST /households/{key}/moves?event=aid": household_of,
}
"""The same for pages; what a form sends stands where a query does."""

BY_EMPLOYER = {
    "GET /api/v1/vacancies/{key}",
    "PATCH /api/v1/vacancies/{key}",
    "GET /api/v1/vacancies/{key}/posting",
}
"""Doors of employers behind which there is a vacancy."""

PAGES_BY_EMPLOYER = {
    "GET /vacancies/{key}",
    "GET /vacancies/{key}/edit",
    "POST /vacancies/{key}",
}
"""The same for pages."""

NO_ONES = {
    # Law, courses, fairs, models and accounts are not fenced by area; jobs are their orderer's.
    *("courses", "fairs", "models", "users", "jobs", "plans", "imports", "decisions", "reports"),
}
"""Resources whose keys are nobody's by area; each has tests of its own for who may."""

ELSEWHERE = {
    "PUT /api/v1/persons/{key}/correction": "by area, with bodies of their own: tests of privacy",
    "PUT /api/v1/persons/{key}/wish": "as the one above",
    "POST /api/v1/persons/{key}/erasure": "as the one above",
    "POST /api/v1/persons/{key}/contests": "as the one above",
    "POST /api/v1/persons/{key}/contests/{contest_id}/answers": "as the one above",
    "GET /api/v1/employers/{key}": "an employer sees itself alone: tested below",
    "PATCH /api/v1/employers/{key}": "offices alone; by the writer's fence: tests of records",
    "GET /api/v1/vacancies/{key}/matches": "people of the caller's areas: tested below",
    "POST /api/v1/pairings/{key}/results": "by its own number: tested with the fair's day",
    "POST /api/v1/candidates/{key}/answers": "by a pseudonym of one's own: tests of employers",
    "POST /candidates/{key}/answers": "as the one above, and its page",
    "GET /vacancies/{key}/people": "people of the caller's areas: tested below",
    "GET /api/v1/fairs/{key}/pairings": "people of the caller's areas: tested below",
}


def resource_of(door: str) -> str:
    """The first word of a door's path."""
    return door.split(" ")[1].removeprefix("/api/v1").split("/")[1]


def test_every_door_with_a_key_is_in_one_of_the_tables() -> None:
    keyed = {door.name for door in doors() if "{key}" in door.path}
    told = (
        {name for name in keyed if resource_of(name) in NO_ONES}
        | BY_AREA.keys()
        | {name.split("?")[0] for name in PAGES_BY_AREA}
        | BY_EMPLOYER
        | PAGES_BY_EMPLOYER
        | ELSEWHERE.keys()
    )
    assert keyed <= told, f"say whose keys these are: {sorted(keyed - told)}"


def asked(service: Service, name: str, door: str, key: str) -> Any:
    method, path = door.split(" ")
    body = {"event": "ask"} if path.endswith("/moves") else {}
    headers = {"If-Match": '"v1"'} if method == "PATCH" else {}
    return service.call(
        name,
        method,
        path.removeprefix("/api/v1").replace("{key}", key),
        headers=headers,
        **({} if method == "GET" else {"json": body}),
    )


@pytest.mark.parametrize("door", sorted(BY_AREA))
def test_people_of_another_area_are_not_there(service: Service, door: str) -> None:
    mine, theirs = BY_AREA[door](service, OWN), BY_AREA[door](service, OTHER)
    for role in ("caseworker", "supervisor"):
        seen = asked(service, f"{role}-own", door, mine)
        hidden = asked(service, f"{role}-own", door, theirs)
        absent = asked(service, f"{role}-own", door, "nobody-at-all")
        assert seen.status_code not in (403, 404), seen.text
        assert hidden.status_code == absent.status_code == 404
        # Out of sight and absent differ in nothing but the number that was asked for.
        words = [answer.json() | {"detail": "", "instance": ""} for answer in (hidden, absent)]
        assert words[0] == words[1]


@pytest.mark.parametrize("door", sorted(PAGES_BY_AREA))
def test_pages_of_people_of_another_area_are_not_there(service: Service, door: str) -> None:
    method, path = door.split(" ")
    path, _, query = path.partition("?")
    sent = {} if method == "GET" else {"data": dict(parse_qsl(query))}
    for role in ("caseworker", "supervisor"):
        theirs, nobody = (
            service.visit(
                f"{role}-own",
                method,
                path.replace("{key}", key).replace("{referral}", "R1")
                + ("?" + query) * (query != ""),
                **sent,
            )
            for key in (PAGES_BY_AREA[door](service, OTHER), "nobody-at-all")
        )
        assert theirs.status_code == nobody.status_code == 404


@pytest.mark.parametrize("door", sorted(BY_EMPLOYER))
def test_vacancies_of_another_employer_are_not_there(service: Service, door: str) -> None:
    mine, theirs = (vacancy_of(service, each) for each in service.employers)
    assert asked(service, "employer-own", door, mine).status_code not in (403, 404)
    assert asked(service, "employer-own", door, theirs).status_code == 404


@pytest.mark.parametrize("door", sorted(PAGES_BY_EMPLOYER))
def test_pages_of_another_employers_vacancies_are_not_there(service: Service, door: str) -> None:
    mine, theirs = (vacancy_of(service, each) for each in service.employers)
    method, path = door.split(" ")
    codes = [
        service.visit("employer-own", method, path.replace("{key}", key)).status_code
        for key in (mine, theirs)
    ]
    assert codes[0] not in (403, 404)
    assert codes[1] == 404


def test_an_employer_sees_itself_alone(service: Service) -> None:
    own, other = service.employers
    assert service.call("employer-own", "GET", f"/employers/{own}").status_code == 200
    assert service.call("employer-own", "GET", f"/employers/{other}").status_code == 404
    page = service.call("employer-own", "GET", "/employers").json()
    assert [row["employer_id"] for row in page["items"]] == [own]
    vacancies = service.call("employer-own", "GET", "/vacancies", params={"limit": 200}).json()
    assert {row["employer_id"] for row in vacancies["items"]} == {own}
    # A filter of one's own cannot widen what is held.
    wider = {"filter": f"employer_id={other}"}
    assert service.call("employer-own", "GET", "/vacancies", params=wider).json()["total"] == 0


def test_an_employer_lists_vacancies_of_its_own_only(service: Service) -> None:
    own, other = service.employers
    given = {"title": "仓库管理员", "area_code": OWN, "headcount": 1}
    mine = service.call("employer-own", "POST", "/vacancies", json=given | {"employer_id": own})
    assert mine.status_code == 201
    theirs = given | {"employer_id": other, "title": "叉车司机"}
    refused = service.call("employer-own", "POST", "/vacancies", json=theirs)
    assert refused.status_code == 422
    assert "管辖范围" in refused.text
    taken = vacancy_of(service, other)
    stolen = given | {"vacancy_id": taken, "employer_id": own}
    assert service.call("employer-own", "POST", "/vacancies", json=stolen).status_code == 422


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.ORGANISER, Role.SUPERVISOR])
def test_lists_hold_people_of_the_own_area_alone(service: Service, role: Role) -> None:
    page = service.call(f"{role.value}-own", "GET", "/persons", params={"limit": 200}).json()
    assert page["total"] > 0
    assert all(row["area_code"].startswith(OWN) for row in page["items"])
    vacancy = vacancy_of(service, service.employers[0])
    found = service.call(
        f"{role.value}-own", "GET", f"/vacancies/{vacancy}/matches", params={"top": 50}
    ).json()
    people = service.store.persons(WHOLE, [each["person_id"] for each in found["matches"]])
    assert people["area_code"].str.startswith(OWN).all()
    shown = service.visit(f"{role.value}-own", "GET", f"/vacancies/{vacancy}/people").text
    everyone = service.store.persons(WHOLE)
    named = everyone[[f">{each}<" in shown for each in everyone["person_id"]]]
    assert named["area_code"].str.startswith(OWN).all()


def test_an_office_cannot_write_people_into_another_area_or_take_theirs(service: Service) -> None:
    new = {"person_id": "NEW-1", "area_code": OTHER, "sex": "女"}
    assert service.call("caseworker-own", "POST", "/persons", json=new).status_code == 422
    nowhere = {"person_id": "NEW-2"}
    assert service.call("caseworker-own", "POST", "/persons", json=nowhere).status_code == 422
    theirs = person_of(service, OTHER)
    rows = f"人员编号,居住地区划\n{theirs},{OWN}\nNEW-3,{OWN}\nNEW-4,{OTHER}\n"
    files = [("files", ("people.csv", rows.encode()))]
    ordered = service.call("caseworker-own", "POST", "/imports/persons", files=files)
    job = service.ended("caseworker-own", ordered.json()["job_id"])
    assert (job["state"], job["result"]["created"], job["result"]["refused"]) == ("done", 1, 2)
    kept = service.store.persons(WHOLE, [theirs, "NEW-3", "NEW-4"]).set_index("person_id")
    assert kept["area_code"].to_dict()["NEW-3"] == OWN
    assert kept["area_code"][theirs].startswith(OTHER)
    assert "NEW-4" not in kept.index
    [returned] = job["files"]
    told = service.call("caseworker-own", "GET", returned["url"].removeprefix("/api/v1")).text
    assert told.count("管辖范围") == 2


def test_a_job_is_its_orderers_own(service: Service) -> None:
    files = [("files", ("v.csv", "岗位名称\n门卫\n".encode()))]
    ordered = service.call("caseworker-own", "POST", "/imports/vacancies", files=files).json()
    path = f"/jobs/{ordered['job_id']}"
    service.ended("caseworker-own", ordered["job_id"])
    for name in ("caseworker-other", "employer-own", "analyst-own"):
        assert service.call(name, "GET", path).status_code == 404
        assert service.call(name, "DELETE", path).status_code == 404
    assert service.call("admin-own", "GET", path).status_code == 200
