"""Write `api/protocol/examples.json`: what the demo city's service really took and answered.

    python docs/pages/examples.py

One example for each form of the interface, shortened; everybody in it is generated.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from api.deps import today_of
from api.protocol.documents import EXAMPLES
from matcher.domain.account import Account
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.pipeline.casework.ledgers.households import follow, open_ledger
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store

API = "/api/v1"
WORDS = "four of my own words"
IMPORT = "/imports/vacancies"
MANY, LONG = 2, 240
"""Of longer lists the first are shown, of longer texts the beginning."""

SECRETS = {"access_token": "rengang_shown-once", "secret": "shown-once"}


class Tour:
    """Goes through the interface and keeps the first example of each form."""

    def __init__(self, client: TestClient, store: Store) -> None:
        self.client, self.found = client, dict[str, Any]()
        spec = client.get(f"{API}/openapi.json").json()
        self.forms = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), method, operation)
            for path, methods in spec["paths"].items()
            for method, operation in methods.items()
        ]
        self.forms.sort(key=lambda form: form[0].pattern.count("[^/]+"))
        at = datetime.now(UTC)
        employer = store.frame(Kind.VACANCIES, columns=["employer_id"])["employer_id"].mode()[0]
        self.tokens = {}
        for role in Role:
            is_employer = role is Role.EMPLOYER
            areas = () if is_employer else ("3206",)
            name = f"tour-{role.value}"
            new = Account(name, role, areas, str(employer) if is_employer else None)
            store.accounts.add(new, WORDS, actor="tour", at=at)
            self.tokens[role] = store.tokens.issue(name, TokenKind.BEARER, at=at)

    def call(self, role: Role, method: str, path: str, body: object = None, **more: Any) -> Any:
        """One request; what it took and gave is kept."""
        headers = {"authorization": f"Bearer {self.tokens[role]}", "accept-language": "zh"}
        headers |= more.pop("headers", {})
        address = path if path in {"/healthz", "/readyz"} else API + path
        answer = self.client.request(method, address, json=body, headers=headers, **more)
        if not answer.is_success:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
        plain = address.partition("?")[0]
        operation = next(
            told
            for pattern, verb, told in self.forms
            if verb == method.lower() and pattern.fullmatch(plain)
        )
        told = operation["responses"].get(str(answer.status_code), {})
        self._keep(told, answer.json() if answer.content else None)
        if body is not None:
            self._keep(operation["requestBody"], body)
        return answer

    def _keep(self, told: Mapping[str, Any], value: Any) -> None:
        schema = told.get("content", {}).get("application/json", {}).get("schema", {})
        if "items" in schema and value:
            schema, value = schema["items"], value[0]
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        if name and (name not in self.found or len(str(value)) > len(str(self.found[name]))):
            self.found[name] = _short(value)

    def ended(self, role: Role, answer: Any) -> dict[str, Any]:
        """The job once it is done."""
        job: dict[str, Any] = answer.json()
        while job["state"] not in ("done", "failed", "cancelled"):
            time.sleep(0.5)
            job = self.call(role, "GET", f"/jobs/{job['job_id']}").json()
        if job["state"] != "done":
            sys.exit(f"{job['kind']}: {job['problem']}")
        return job


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: SECRETS.get(name) or _short(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value[:MANY]]
    return value[:LONG] if isinstance(value, str) else value


def tour(it: Tour) -> None:
    """Every resource once."""
    office(it)
    person, post = people(it)
    newcomer = records(it)
    imports(it)
    law(it, person)
    referral(it, person, post)
    fair(it)
    rights(it, person, newcomer)


def office(it: Tour) -> None:
    """The service, accounts, the audit, models, webhooks."""
    for path in ("/healthz", "/readyz", "/algorithm", "/me"):
        it.call(Role.CASEWORKER, "GET", path)
    given = {"username": "tour-caseworker", "password": WORDS}
    it.call(Role.CASEWORKER, "POST", "/tokens", given)
    new = {"username": "zhou", "password": "given at the desk, once", "role": "supervisor"}
    it.call(Role.ADMIN, "POST", "/users", new | {"areas": ["3206"]})
    it.call(Role.ADMIN, "PATCH", "/users/zhou", {"disabled": True})
    changed = {"current": WORDS, "new": "four words of my own"}
    it.call(Role.ANALYST, "PUT", "/me/password", changed)
    it.call(Role.AUDITOR, "GET", "/audit")
    it.call(Role.AUDITOR, "GET", "/audit/seals")
    [model, *_] = it.call(Role.ADMIN, "GET", "/models").json()
    it.call(Role.ADMIN, "POST", f"/models/{model['name']}/promotion")
    training = {"name": "november", "seed": 0, "on": "2026-11-02"}
    it.ended(Role.ADMIN, it.call(Role.ADMIN, "POST", "/models", training))
    it.call(Role.SUPERVISOR, "POST", "/webhooks", {"url": "https://example.org/news"})
    it.call(Role.SUPERVISOR, "GET", "/webhooks")
    own_days = {"name": "recheck_days", "value": 45, "area": "320613"}
    it.call(Role.SUPERVISOR, "POST", "/office-settings", own_days)
    post = ("posts.csv", "岗位名称,招聘人数\n保洁员,2\n".encode(), "text/csv")
    taken = it.call(Role.SUPERVISOR, "POST", "/imports/vacancies", files={"files": post})
    job = it.ended(Role.SUPERVISOR, taken)
    it.call(Role.SUPERVISOR, "GET", f"/imports/{job['job_id']}/undo")


def people(it: Tour) -> tuple[str, str]:
    """Lists, files, matches; a person who seeks work and the best post."""
    asked = {"filter": ["seeks_work=true", "area_code^=320613"], "limit": 2, "sort": "person_id"}
    page = it.call(Role.CASEWORKER, "GET", "/persons", params=asked).json()
    person = page["items"][0]["person_id"]
    it.call(Role.CASEWORKER, "GET", f"/persons/{person}/status")
    file = it.call(Role.CASEWORKER, "GET", f"/persons/{person}")
    change = {"max_commute_km": 12, "training_wishes": "养老护理"}
    version = {"if-match": file.headers["etag"]}
    it.call(Role.CASEWORKER, "PATCH", f"/persons/{person}", change, headers=version)
    found = it.call(Role.CASEWORKER, "GET", f"/persons/{person}/matches?top=3").json()
    post = found["matches"][0]["vacancy_id"]
    it.call(Role.CASEWORKER, "GET", f"/vacancies/{post}/matches?top=3")
    both = {"person_id": person, "vacancy_id": post}
    it.call(Role.CASEWORKER, "GET", "/explanations", params=both)
    it.call(Role.CASEWORKER, "GET", f"/persons/{person}/courses")
    it.call(Role.CASEWORKER, "GET", "/outcomes?limit=2")
    it.ended(Role.SUPERVISOR, it.call(Role.SUPERVISOR, "POST", "/matches", {"top": 5}))
    it.call(Role.SUPERVISOR, "GET", "/jobs")
    return person, post


def records(it: Tour) -> str:
    """Records made, read, changed; the last is a person."""
    made = {
        "households": {"area_code": "320613", "state": "applied"},
        "employers": {"name": "（生成）崇川净美保洁有限公司", "area_code": "320602"},
        "vacancies": {"title": "保洁员", "headcount": 2, "wage_min": 3200, "wage_max": 3800},
        "courses": {"name": "养老护理员", "seats": 30, "starts_on": "2026-12-01"},
        "fairs": {"name": "冬季专场", "on": "2026-12-05", "area_code": "320613"},
        "persons": {"name": "（生成）王秀英", "area_code": "320613", "seeks_work": True},
    }
    changes = {
        "households": {"members_complete": True},
        "employers": {"staff_total": 40},
        "vacancies": {"headcount": 3},
        "courses": {"seats": 24},
        "fairs": {"name": "冬季就业援助专场"},
    }
    for kind, values in made.items():
        key = it.call(Role.SUPERVISOR, "POST", f"/{kind}", values).json()["id"]
        it.call(Role.SUPERVISOR, "GET", f"/{kind}?limit=2")
        file = it.call(Role.SUPERVISOR, "GET", f"/{kind}/{key}")
        if kind in changes:
            version = {"if-match": file.headers["etag"]}
            it.call(Role.SUPERVISOR, "PATCH", f"/{kind}/{key}", changes[kind], headers=version)
    posting = {"title": "门卫", "description": "夜班，两班倒"}
    it.call(Role.SUPERVISOR, "POST", "/vacancies/postings", posting)
    given = [("files", ("posts.csv", "岗位名称,招聘人数\n保洁员,2\n".encode(), "text/csv"))]
    done = it.ended(Role.SUPERVISOR, it.call(Role.SUPERVISOR, "POST", IMPORT, files=given))
    it.call(Role.SUPERVISOR, "GET", f"/imports/{done['job_id']}/undo")
    it.call(Role.SUPERVISOR, "POST", f"/imports/{done['job_id']}/undo")
    return str(key)


def imports(it: Tour) -> None:
    """A file taken in, one of its posts edited, and what an undo would do then."""
    rows = "岗位编号,岗位名称,招聘人数\nQ00001,门卫,1\nQ00002,保洁员,2\n"
    given = {"files": ("posts.csv", rows.encode())}
    done = it.ended(
        Role.SUPERVISOR, it.call(Role.SUPERVISOR, "POST", "/imports/vacancies", files=given)
    )
    file = it.call(Role.SUPERVISOR, "GET", "/vacancies/Q00001")
    version = {"if-match": file.headers["etag"]}
    it.call(Role.SUPERVISOR, "PATCH", "/vacancies/Q00001", {"headcount": 2}, headers=version)
    it.call(Role.SUPERVISOR, "GET", f"/imports/{done['job_id']}/undo")
    it.ended(Role.SUPERVISOR, it.call(Role.SUPERVISOR, "POST", f"/imports/{done['job_id']}/undo"))


def law(it: Tour, person: str) -> None:
    """Questions, kept decisions, the law of a day, deadlines, reports."""
    asked = {"decision": "older_worker_4050", "person_id": person, "keep": True}
    it.call(Role.CASEWORKER, "POST", "/decisions", asked)
    kept = it.call(Role.CASEWORKER, "GET", f"/decisions?subject={person}").json()
    it.call(Role.CASEWORKER, "GET", f"/decisions/{kept[0]['number']}/rerun")
    it.call(Role.CASEWORKER, "GET", "/policies?place=cn/jiangsu/nantong")
    it.call(Role.CASEWORKER, "GET", "/policies/diff?a=cn/jiangsu/nantong&b=cn/jiangsu")
    it.call(Role.SUPERVISOR, "GET", "/deadlines")
    it.call(Role.SUPERVISOR, "GET", "/deadlines/risks")
    month = "month=2026-11"
    table = it.call(Role.SUPERVISOR, "GET", f"/reports/monthly?{month}").json()
    [total] = [row for row in table["rows"] if row["area_code"] == "total"]
    told = next(name for name, n in total.items() if name != "area_code" and n)
    it.call(Role.SUPERVISOR, "GET", f"/reports/monthly/total/{told}?{month}")
    it.call(Role.SUPERVISOR, "GET", "/reports/scorecard")
    it.call(Role.SUPERVISOR, "GET", "/reports/overrides")
    setting = {"name": "recheck_days", "value": 60, "area": "320613", "since": "2026-12-01"}
    it.call(Role.SUPERVISOR, "POST", "/office-settings", setting)
    it.call(Role.SUPERVISOR, "GET", "/office-settings?area=320613")


def referral(it: Tour, person: str, post: str) -> None:
    """A proposal on its way, as office and employer see it."""
    pairs = {"pairs": [{"person_id": person, "vacancy_id": post}]}
    [key] = it.call(Role.CASEWORKER, "POST", "/referrals", pairs).json()["proposed"]
    it.call(Role.CASEWORKER, "POST", f"/referrals/{key}/moves", {"event": "refer"})
    it.call(Role.CASEWORKER, "GET", f"/referrals/{key}")
    it.call(Role.CASEWORKER, "GET", "/referrals")
    it.call(Role.SUPERVISOR, "GET", "/reports/overrides")
    owner = it.call(Role.EMPLOYER, "GET", "/vacancies?limit=2").json()["items"][0]["vacancy_id"]
    own = {"pairs": [{"person_id": person, "vacancy_id": owner, "override": "本人坚持"}]}
    [theirs] = it.call(Role.CASEWORKER, "POST", "/referrals", own).json()["proposed"]
    it.call(Role.CASEWORKER, "POST", f"/referrals/{theirs}/moves", {"event": "refer"})
    [seen, *_] = it.call(Role.EMPLOYER, "GET", "/candidates").json()["items"]
    answer = {"event": "interview", "expected_version": seen["version"]}
    it.call(Role.EMPLOYER, "POST", f"/candidates/{seen['referral']}/answers", answer)


def fair(it: Tour) -> None:
    """A fair paired, kept, held."""
    [first, *_] = it.call(Role.ORGANISER, "GET", "/fairs").json()["items"]
    ordered = it.call(Role.ORGANISER, "POST", f"/fairs/{first['fair_id']}/plans", {"ask": {}})
    job = it.ended(Role.ORGANISER, ordered)
    kept = {"minutes": 10, "interviewers": 2}
    it.call(Role.ORGANISER, "POST", f"/plans/{job['job_id']}/pairings", kept)
    found = it.call(Role.ORGANISER, "GET", f"/fairs/{first['fair_id']}/pairings").json()
    key = found[0]["pairing_id"]
    came = {"pairing_ids": [key], "attendance": "came"}
    it.call(Role.ORGANISER, "POST", "/pairings/attendance", came)
    it.call(Role.ORGANISER, "POST", f"/pairings/{key}/results", {"result": "hired"})


def rights(it: Tour, person: str, leaver: str) -> None:
    """What a person may ask of the office."""
    it.call(Role.SUPERVISOR, "GET", f"/persons/{person}/export")
    said = {"values": {"phone": "13900001111"}, "why": "新号码，本人来电"}
    it.call(Role.CASEWORKER, "PUT", f"/persons/{person}/correction", said)
    it.call(Role.CASEWORKER, "PUT", f"/persons/{person}/wish", {"personalised": False})
    contests = f"/persons/{person}/contests"
    made = it.call(Role.CASEWORKER, "POST", contests, {"reason": "facts_wrong"}).json()
    it.call(Role.CASEWORKER, "GET", contests)
    answer = {"answer": "uphold", "note": "材料核对无误"}
    it.call(Role.SUPERVISOR, "POST", f"{contests}/{made['contest']}/answers", answer)
    it.call(Role.SUPERVISOR, "POST", f"/persons/{leaver}/erasure", {"why": "consent_withdrawn"})


def main() -> None:
    """Build the city, go through the interface, write the examples."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "demo"
        command = [sys.executable, "-m", "matcher.cli.main", "--workspace", str(workspace), "demo"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        app = create_app(
            Settings(workspace=workspace, requests_per_minute=0, webhook_hosts=["example.org"])
        )
        with TestClient(app) as client:
            store = app.state.store
            it = Tour(client, store)
            scope, at = Scope(Role.SUPERVISOR, ("3206",), "tour", "tour"), datetime.now(UTC)
            open_ledger(store, scope, today_of(store), at=at)
            follow(store, scope, today_of(store), at=at)
            tour(it)
    EXAMPLES.write_text(
        json.dumps(it.found, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
