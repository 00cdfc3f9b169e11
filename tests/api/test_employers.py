"""What employers learn of people before a hire: what the work asks for, nothing else."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from matcher.casework.privacy.pseudonyms import Pseudonyms
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.reference.columns import columns, conform
from tests.api.access import doors
from tests.api.serving import OWN, Service

MARK = "标记"
MARKED = {
    "person_id": "MARKED-0001",
    "name": f"{MARK}姓名",
    "phone": "13912345678",
    "address": f"{MARK}住址",
    "area_code": f"{OWN}002",
    "sex": "female",
    "birth_date": "1974-03-05",
    "household_id": "H-MARKED",
    "health": "able",
    "disability": True,
    "dibao": True,
    "hukou_kind": "rural",
    "certificate_no": f"{MARK}证号",
    "group_tags": f"{MARK}群体",
    "seeks_work": True,
    "education": "junior_high",
    "skills": "日常保洁",
    "experience_months": 60,
}
SECRETS = (
    *(MARK, "MARKED", "13912345678", "1974-03-05", "female", "女"),
    *("零就业", "zero_employment", "4050", "低保", "dibao", "残疾", "disab", "tier", "第一档"),
    *("rural", "农业户", "household", "家庭", "优先", "priority"),
)
"""Nothing of this may reach an employer, in words or in fields."""


NUMBERS = itertools.count(1)


@pytest.fixture
def proposed(service: Service) -> dict[str, str]:
    """A marked person of this test's own, proposed for a post of the employer."""
    own, _ = service.employers
    vacancies = service.store.frame(Kind.VACANCIES)
    post = str(vacancies[vacancies["employer_id"] == own]["vacancy_id"].iloc[0])
    person = MARKED | {"person_id": f"MARKED-{next(NUMBERS):04}"}
    home = pd.DataFrame([{"household_id": "H-MARKED", "area_code": f"{OWN}002"}])
    with service.store.writing(actor="test", at=datetime.now(UTC)) as batch:
        batch.upsert(Kind.HOUSEHOLDS, conform(Kind.HOUSEHOLDS, home))
        batch.upsert(Kind.PERSONS, conform(Kind.PERSONS, pd.DataFrame([person])))
    pair = {"person_id": person["person_id"], "vacancy_id": post, "override": "本人坚持"}
    made = service.call("caseworker-own", "POST", "/referrals", json={"pairs": [pair]})
    assert made.status_code == 201, made.text
    [subject] = made.json()["proposed"]
    names = Pseudonyms(service.store, at=datetime.now(UTC))
    return {"subject": subject, "post": post, "alias": names.of(own, subject)}


@pytest.fixture
def referred(service: Service, proposed: dict[str, str]) -> dict[str, str]:
    """The same person, referred."""
    path = f"/referrals/{proposed['subject']}/moves"
    moved = service.call("caseworker-own", "POST", path, json={"event": "refer"})
    assert moved.status_code == 201, moved.text
    return proposed


def shown(service: Service, name: str, alias: str, language: str = "zh") -> list[dict[str, Any]]:
    """What this employer's list says of the referral."""
    answer = service.call(
        name, "GET", "/candidates", params={"limit": 50}, headers={"accept-language": language}
    )
    assert leaks(answer.text) == []
    return [each for each in answer.json()["items"] if each["referral"] == alias]


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_before_a_referral_an_employer_hears_of_nobody(
    service: Service, proposed: dict[str, str]
) -> None:
    assert shown(service, "employer-own", proposed["alias"]) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_candidate_carries_nothing_that_reveals_who_or_what_they_are(
    service: Service, referred: dict[str, str], language: str
) -> None:
    [candidate] = shown(service, "employer-own", referred["alias"], language)
    assert candidate["vacancy_id"] == referred["post"]
    assert candidate["next"] == ["interview", "offer", "hire", "refuse_by_employer"]
    assert shown(service, "employer-other", referred["alias"]) == []
    for path in ("/candidates", f"/candidates?vacancy={referred['post']}"):
        page = service.visit("employer-own", "GET", path, headers={"accept-language": language})
        assert page.status_code == 200
        assert leaks(page.text) == []
    assert referred["alias"] in service.visit("employer-own", "GET", "/candidates").text
    assert referred["alias"] not in service.visit("employer-other", "GET", "/candidates").text


def test_an_employer_answers_on_the_page(service: Service, referred: dict[str, str]) -> None:
    path, given = f"/candidates/{referred['alias']}/answers", {"event": "interview"}
    assert service.visit("employer-other", "POST", path, data=given).status_code == 404
    wrong = service.visit("employer-own", "POST", path, data={"event": "refuse_by_person"})
    assert wrong.status_code == 409
    assert leaks(wrong.text) == []
    done = service.visit("employer-own", "POST", path, data=given, follow_redirects=False)
    assert done.status_code == 303
    seen = service.call("caseworker-own", "GET", f"/referrals/{referred['subject']}").json()
    assert seen["state"] == "interviewed"


def test_an_employer_answers_by_the_pseudonym_and_for_its_own_posts_alone(
    service: Service, referred: dict[str, str]
) -> None:
    path = f"/candidates/{referred['alias']}/answers"
    given = {"event": "interview"}
    assert service.call("employer-other", "POST", path, json=given).status_code == 404
    by_number = f"/candidates/{referred['subject']}/answers"
    assert service.call("employer-own", "POST", by_number, json=given).status_code == 404
    done = service.call("employer-own", "POST", path, json=given)
    assert (done.status_code, done.json()["state"]) == (201, "interviewed")
    assert leaks(done.text) == []
    wrong = service.call("employer-own", "POST", path, json={"event": "refuse_by_person"})
    assert wrong.status_code == 409
    assert leaks(wrong.text) == [], "not even the refusal names the person"
    seen = service.call("caseworker-own", "GET", f"/referrals/{referred['subject']}").json()
    assert seen["state"] == "interviewed"


def test_two_employers_see_two_names_for_one_person(service: Service) -> None:
    names = Pseudonyms(service.store, at=datetime.now(UTC))
    assert names.of("E1", "P1") == names.of("E1", "P1")
    assert len({names.of("E1", "P1"), names.of("E2", "P1"), names.of("E1", "P2")}) == 3
    assert "P1" not in names.of("E1", "P1")


STATUS_FIELDS = {
    column.name for column in columns(Kind.PERSONS) if column.part in ("status", "identity")
} | {"tier", "verdict", "person_id", "household_id"}
STATUS_FIELDS -= {"name"}
"""Files, courses and employers have names too; of people's the test of marks is the judge."""


def test_no_answer_to_an_employer_has_a_field_for_status_or_identity(service: Service) -> None:
    told = service.client.get("/api/v1/openapi.json").json()
    schemas = told["components"]["schemas"]

    def fields(schema: Any, seen: set[str]) -> set[str]:
        text = json.dumps(schema)
        found = set(schema.get("properties", {})) if isinstance(schema, dict) else set()
        for name in set(schemas) - seen:
            if f'schemas/{name}"' in text:
                found |= fields(schemas[name], seen | {name})
        return found

    for door in doors():
        if door.is_page or door.allow is None or Role.EMPLOYER not in door.allow.roles:
            continue
        operation = told["paths"][door.path][door.method.lower()]
        good = [v for status, v in operation["responses"].items() if status.startswith("2")]
        found = set().union(*(fields(each, set()) for each in good), set())
        assert found & STATUS_FIELDS == set(), door.name
