"""An import taken back over the interface: by who ordered it, told before, done once."""

from __future__ import annotations

from typing import Any

from matcher.domain.kinds import Kind
from tests.api.serving import Service

WHO = "caseworker-own"


def taken_in(service: Service, name: str) -> str:
    files = [("files", ("v.csv", f"岗位名称,招聘人数\n{name}甲,1\n{name}乙,2\n".encode()))]
    ordered = service.call(WHO, "POST", "/imports/vacancies", files=files).json()
    assert service.ended(WHO, ordered["job_id"])["result"]["created"] == 2
    return str(ordered["job_id"])


def titles(service: Service, name: str) -> list[str]:
    found = service.store.frame(Kind.VACANCIES)["title"]
    return sorted(found[found.str.startswith(name)])


def undone(service: Service, number: str) -> Any:
    ordered = service.call(WHO, "POST", f"/imports/{number}/undo")
    assert ordered.status_code == 202
    return service.ended(WHO, ordered.json()["job_id"])["result"]


def test_an_import_is_taken_back_once(service: Service) -> None:
    number = taken_in(service, "撤销试验")
    looked = service.call(WHO, "GET", f"/imports/{number}/undo").json()
    assert (looked["withdrawn"], looked["undone_at"]) == (2, None)
    first = undone(service, number)
    assert (first["withdrawn"], first["again"]) == (2, False)
    assert titles(service, "撤销试验") == []
    assert undone(service, number)["again"]
    assert service.call(WHO, "GET", f"/imports/{number}/undo").json()["undone_at"] is not None


def test_the_market_follows(service: Service) -> None:
    number = taken_in(service, "集市试验")
    found = service.store.frame(Kind.VACANCIES)
    post = found[found["title"] == "集市试验甲"]["vacancy_id"].iloc[0]
    path = f"/vacancies/{post}/matches"
    assert service.call(WHO, "GET", path).status_code == 200
    undone(service, number)
    assert service.call(WHO, "GET", path).status_code == 404


def test_what_was_edited_since_stays_and_is_told(service: Service) -> None:
    number = taken_in(service, "改动试验")
    found = service.store.frame(Kind.VACANCIES)
    post = found[found["title"] == "改动试验甲"]["vacancy_id"].iloc[0]
    version = {"If-Match": f'"v{service.store.version(Kind.VACANCIES, post)}"'}
    changed = service.call(
        WHO, "PATCH", f"/vacancies/{post}", json={"headcount": 7}, headers=version
    )
    assert changed.status_code == 200
    done = undone(service, number)
    assert done["records"] == [{"kind": "vacancies", "key": post, "why": "changed"}]
    assert titles(service, "改动试验") == ["改动试验甲"]


def test_an_import_of_somebody_else_is_not_there(service: Service) -> None:
    number = taken_in(service, "他人试验")
    for name in ("caseworker-other", "admin-own", "employer-own"):
        for method in ("GET", "POST"):
            answer = service.call(name, method, f"/imports/{number}/undo")
            assert answer.status_code == 404
            assert answer.headers["content-type"].startswith("application/problem+json")
    assert len(titles(service, "他人试验")) == 2
