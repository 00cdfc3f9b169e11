"""The whole interface under generated requests: no 5xx, nothing that is not described."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from tests.api.serving import OWN, Service

CASES, SOAK = 2_000, 20_000

LEFT_OUT = {
    # Ends the token that the next request would come with; tests of access call it.
    "DELETE /api/v1/tokens/current",
    # The same for the password; and its hash costs a twentieth of a second a call.
    "PUT /api/v1/me/password",
    "POST /api/v1/tokens",
    "POST /api/v1/users",
    "PATCH /api/v1/users/{key}",
    # Judging a model takes half a minute.
    "POST /api/v1/models/{key}/promotion",
}
"""Doors that each test of their own calls, and why not here."""


def known_ids(service: Service) -> dict[str, list[str]]:
    """Ids that exist, by the name under which requests carry them."""
    store, scope = service.store, Scope.office("test")
    persons = store.persons(scope)
    here = persons["area_code"].str.startswith(OWN)
    seeking = persons[here & persons["seeks_work"].fillna(value=True)]["person_id"].tolist()
    vacancies = store.frame(Kind.VACANCIES)["vacancy_id"].tolist()
    fairs = store.frame(Kind.FAIRS)["fair_id"].tolist()
    return {
        "persons": seeking[:20],
        "person_id": seeking[:20],
        "vacancies": vacancies[:20],
        "vacancy_id": vacancies[:20],
        "households": store.ids(Kind.HOUSEHOLDS).tolist()[:20],
        "household_id": store.ids(Kind.HOUSEHOLDS).tolist()[:20],
        "employers": list(service.employers),
        "employer_id": list(service.employers),
        "courses": store.ids(Kind.COURSES).tolist()[:5],
        "fairs": fairs,
        "decision": ["older_worker_4050", "zero_employment_household", "first_job_deadline"],
        "place": ["cn", "cn/jiangsu", "cn/jiangsu/nantong"],
        "If-Match": ['"v1"'],
    }


def grounded(case: schemathesis.Case, known: dict[str, list[str]], at: int) -> None:
    """Put ids that exist where the request names some, so that it gets past the door."""
    kind = case.path.split("/")[3] if case.path.startswith("/api/v1/") else ""
    if "key" in (case.path_parameters or {}) and kind in known:
        case.path_parameters["key"] = known[kind][at % len(known[kind])]
    for part in (case.query, case.body, case.headers):
        for name in known.keys() & set(part) if isinstance(part, Mapping) else ():
            part[name] = known[name][at % len(known[name])]
    if isinstance(case.body, dict) and isinstance(case.body.get("pairs"), list):
        for pair in case.body["pairs"]:
            if isinstance(pair, dict):
                pair["person_id"] = known["person_id"][at % 20]
                pair["vacancy_id"] = known["vacancy_id"][at % 20]


@pytest.fixture(scope="module")
def described(service: Service) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", service.client.app)


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("role", list(Role))
def test_generated_requests_of_every_role_are_answered_as_described(
    service: Service, described: schemathesis.BaseSchema, role: Role, soak: bool
) -> None:
    operations = [
        result.ok()
        for result in described.get_all_operations()
        if result.ok().label not in LEFT_OUT
    ]
    wanted = (SOAK if soak else CASES) // len(Role)
    # Made once: what an operation takes is read from the description anew each time it is asked.
    requests = [operation.as_strategy() for operation in operations]
    headers = {"authorization": f"Bearer {service.tokens[f'{role.value}-own']}"}
    answered: dict[int, int] = {}
    known = known_ids(service)

    @settings(
        max_examples=wanted,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=not soak,
    )
    @given(
        st.sampled_from(requests).flatmap(lambda request: request),
        st.integers(0, 60),
    )
    def answers(case: schemathesis.Case, at: int) -> None:
        if at < 40:
            grounded(case, known, at)
        response = case.call(session=None, headers=headers)
        answered[response.status_code] = answered.get(response.status_code, 0) + 1
        case.validate_response(
            response,
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )

    answers()
    assert sum(answered.values()) >= wanted * 0.9
    # Requests that all fail would prove nothing.
    assert answered.get(200, 0) > wanted * 0.05, answered
