"""What a person can do is for whoever pairs; health, status and household are for casework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from matcher.domain.kinds import Kind
from matcher.explanation.codes import FOR_EMPLOYERS, Code
from tests.api.serving import OWN, Service

MARK = "身体较弱或有慢性病"
"""How a reason tells of the health that the test writes into the files."""


@dataclass(frozen=True)
class Marked:
    """A funded post, and the reasons of its list as casework reads them."""

    vacancy: str
    person: str
    list: dict[str, Any]
    kept: tuple[str, ...]


def read(service: Service, role: str, path: str, **params: Any) -> Any:
    answer = service.call(f"{role}-own", "GET", path, params=params or None)
    assert answer.status_code == 200, answer.text
    return answer


def is_kept(reason: dict[str, Any]) -> bool:
    return reason["code"] not in set(FOR_EMPLOYERS)


@pytest.fixture(scope="module")
def marked(service: Service) -> Marked:
    """The first three people of a funded post are on record as weak or chronically ill."""
    posts = service.store.frame(Kind.VACANCIES)
    funded = posts[
        posts["public_welfare"].fillna(value=False) & posts["area_code"].str.startswith(OWN)
    ]
    for vacancy in funded["vacancy_id"]:
        answer = service.call("caseworker-own", "GET", f"/vacancies/{vacancy}/matches")
        if answer.status_code == 200 and any(each["tier"] for each in answer.json()["matches"]):
            break
    for each in answer.json()["matches"][:3]:
        body = {"values": {"health": "体弱或有慢性病"}, "why": "本人告知"}
        changed = service.call(
            "caseworker-own", "PUT", f"/persons/{each['person_id']}/correction", json=body
        )
        assert changed.status_code == 200, changed.text
    told = read(service, "caseworker", f"/vacancies/{vacancy}/matches").json()
    reasons = [each for match in told["matches"] for each in match["reasons"]]
    kept = tuple(sorted({each["text"] for each in reasons if is_kept(each)}))
    ill = next(
        match["person_id"]
        for match in told["matches"]
        if any(each["code"] == Code.HEALTH_LIMITED for each in match["reasons"])
    )
    return Marked(str(vacancy), ill, told, kept)


def test_casework_reads_health_and_the_order_by_law(service: Service, marked: Marked) -> None:
    assert any(MARK in sentence for sentence in marked.kept)
    assert any("优先" in sentence for sentence in marked.kept)
    page = service.visit("caseworker-own", "GET", f"/vacancies/{marked.vacancy}/people").text
    assert "优先：" in page
    assert MARK in page


def test_an_organiser_gets_the_same_order_with_reasons_fit_for_employers(
    service: Service, marked: Marked
) -> None:
    answer = read(service, "organiser", f"/vacancies/{marked.vacancy}/matches")
    order = [(each["person_id"], each["tier"], each["score"]) for each in marked.list["matches"]]
    seen = answer.json()["matches"]
    assert [(each["person_id"], each["tier"], each["score"]) for each in seen] == order
    reasons = [each for match in seen for each in match["reasons"]]
    assert reasons
    assert not any(is_kept(each) for each in reasons)
    assert not [sentence for sentence in marked.kept if sentence in answer.text]
    assert "贵单位" not in answer.text


def test_an_organiser_s_page_of_people_tells_nothing_of_health_or_status(
    service: Service, marked: Marked
) -> None:
    page = service.visit("organiser-own", "GET", f"/vacancies/{marked.vacancy}/people").text
    assert marked.person in page
    assert not [sentence for sentence in (*marked.kept, "优先：", MARK) if sentence in page]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/persons/{person}/matches", id="posts for a person"),
        pytest.param("/explanations?person_id={person}&vacancy_id={vacancy}", id="why of a pair"),
    ],
)
def test_other_lists_of_reasons_keep_it_too(service: Service, marked: Marked, path: str) -> None:
    address = path.format(person=marked.person, vacancy=marked.vacancy)
    casework, organiser = (
        read(service, role, address).text for role in ("caseworker", "organiser")
    )
    assert "health_limited" in casework
    assert "health" not in organiser
    assert "priority_" not in organiser
