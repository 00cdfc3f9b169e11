"""Every page that there is, in every mode: nothing against it, nothing from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.store.store import Store
from tests.api.access import Door, doors
from tests.factories import make_frame
from tests.pages.site import Site, violations

LOOKS_FIRST = (
    *(Role.CASEWORKER, Role.ORGANISER, Role.EMPLOYER, Role.SUPERVISOR),
    *(Role.ADMIN, Role.AUDITOR, Role.ANALYST),
)
"""Of the roles that may open a page the first one does."""

NO_PAGES = {
    "/static/{name}": "a file",
    "/": "leads on",
    "/oidc/begin": "leads on",
    "/oidc/back": "leads on",
    "/persons/export.xlsx": "a file",
    "/reports/monthly.xlsx": "a file",
    "/audit/export.xlsx": "a file",
    "/jobs/{job_id}": "of a job that must be ordered first: the test of fairness looks at it",
    "/vacancies/export.xlsx": "a file",
    "/persons/columns": "leads on",
    "/fairs/{key}/prints/plan.xlsx": "a file",
    "/workbench/export.xlsx": "a file",
    "/households/export.xlsx": "a file",
    "/imports/{job_id}": "of one file: opened in its own tests",
    "/imports/{job_id}/undo": "of one import: opened in its own tests",
    "/persons/{key}/letter": "of one referral: opened in its own tests",
}
"""Addresses that are asked for and are no page, with what they are."""


@dataclass(frozen=True)
class Known:
    """Records of the served city that pages are opened on."""

    person: str
    household: str
    vacancy: str
    fair: str
    plan: str
    pinned: str


Query = Callable[[Known], str]

QUERIES: dict[str, Query] = {
    "/persons/{key}/why": lambda known: f"?vacancy={known.vacancy}",
    "/persons/{key}/record/field": lambda _: "?name=max_commute_km",
    "/persons/{key}/turning": lambda _: "?decision=zero_employment_household",
    "/fairs/{key}/plan/certificate": lambda known: f"?job={known.plan}",
    "/fairs/{key}/plan/effect": lambda known: known.pinned,
    "/fairs/{key}/plan/options": lambda known: known.pinned,
}
"""What a page must be asked beside its path."""

KEYS: dict[str, Callable[[Known], str]] = {
    "models": lambda _: "demo-city",
    "persons": lambda known: known.person,
    "households": lambda known: known.household,
    "vacancies": lambda known: known.vacancy,
    "fairs": lambda known: known.fair,
}
"""Whose page is opened, by the first word of the path."""

OPENED_BY = {"/jobs/{job_id}": Role.ORGANISER}
"""Pages that show one role's own work, which another who may open such pages does not have."""

WHOLE = {
    "/reports/behind/{row}/{measure}": "/reports/behind/total/end",
    "/policies/{decision}": "/policies/zero_employment_household",
}
"""Pages with more than one key in their paths, and where they are opened."""

MODES = ("normal", "large", "zoomed")
WIDTH, HEIGHT = 1366, 768


@pytest.fixture(scope="module")
def known(site: Site) -> Known:
    """A jobseeker and an open post of the city."""
    with Store.open(f"sqlite:///{site.workspace / 'rengang.sqlite'}") as store:
        people = store.persons(Scope.office("test"))
        seeking = people[people["seeks_work"].fillna(value=False)]
        employer = store.accounts.find("employer").employer_id
        posts = store.frame(Kind.VACANCIES)
        own = posts[posts["employer_id"] == employer]
        homes = store.households(Scope.office("test"))
        certified = homes[homes["state"] == "certified"]
        fair = small_fair(store)
    plan, pinned = paired(site, fair)
    return Known(
        person=str(seeking["person_id"].iloc[7]),
        household=str(certified["household_id"].iloc[3]),
        vacancy=str(own["vacancy_id"].iloc[0]),
        fair=fair,
        plan=plan,
        pinned=pinned,
    )


def small_fair(store: Store) -> str:
    """A fair of a few booths and people: what is looked for in a page does not grow with it."""
    first = store.frame(Kind.FAIRS).iloc[0]
    row: dict[str, Any] = {str(name): value for name, value in first.items()}
    for column, most in (("booths", 4), ("invitees", 25)):
        row[column] = ";".join(str(row[column]).split(";")[:most])
    row |= {"fair_id": "F-SWEEP", "name": "小型招聘会"}
    with store.writing(actor="test", at=datetime.now(UTC)) as batch:
        batch.upsert(Kind.FAIRS, make_frame(Kind.FAIRS, [row]))
    return "F-SWEEP"


def paired(site: Site, fair: str) -> tuple[str, str]:
    """(the job of a plan of the fair, what is asked for to pin its first pairing)."""
    with site.page(Role.ORGANISER) as page:
        page.goto(f"/fairs/{fair}/plan")
        with page.expect_navigation():
            page.locator("form[action$='/plan'] button.main").click()
        page.wait_for_selector(".levels", timeout=120_000)
        link = page.locator("a[data-key=p]").first.get_attribute("href") or ""
        query = link.partition("?")[2]
        return dict(parse_qsl(query))["job"], f"?{query}"


def pages() -> list[Door]:
    """Every page that is opened by its address."""
    return [
        door
        for door in doors()
        if door.is_page and door.method == "GET" and door.path not in NO_PAGES
    ]


def looks(door: Door) -> Role | None:
    """The role that opens a page; None where nobody need sign in."""
    if door.allow is None:
        return None
    if door.path in OPENED_BY:
        return OPENED_BY[door.path]
    return next(role for role in LOOKS_FIRST if role in door.allow.roles)


def address(door: Door, known: Known) -> str:
    """Where a page is opened."""
    path = WHOLE.get(door.path, door.path)
    if "{" in path:
        path = path.replace("{job_id}", known.plan)
    if "{" in path:
        path = path.replace("{key}", KEYS[path.split("/")[1]](known))
    assert "{" not in path, f"say of what {door.path} is opened"
    query = QUERIES.get(door.path)
    return path + (query(known) if query else "")


def faults(page: Page, path: str, mode: str) -> list[str]:
    """What is wrong with a page, after it came to rest."""
    answer = page.goto(path)
    assert answer is not None
    if answer.status != 200:
        return [f"{path}: {answer.status}"]
    page.wait_for_load_state("networkidle")
    found = [f"{path}: {each}" for each in violations(page)]
    policy = answer.headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        found.append(f"{path}: may load more than its own: {policy}")
    if mode == "normal" and (wide := page.evaluate(SIDEWAYS)):
        found.append(f"{path}: is {wide} pixels wider than the window")
    return found


SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", [None, *LOOKS_FIRST], ids=lambda role: role.value if role else "-")
def test_every_page_of_a_role_has_nothing_against_it(
    site: Site, known: Known, role: Role | None, mode: str
) -> None:
    # A page at 200 % is one in a window half as wide and high.
    size = (WIDTH // 2, HEIGHT // 2) if mode == "zoomed" else (WIDTH, HEIGHT)
    with site.page(role, large=mode == "large", size=size) as page:
        wrong = [
            fault
            for door in pages()
            if looks(door) == role
            for fault in faults(page, address(door, known), mode)
        ]
        assert wrong == []


def test_what_is_no_page_is_there_all_the_same() -> None:
    paths = {door.path for door in doors() if door.is_page and door.method == "GET"}
    assert NO_PAGES.keys() | QUERIES.keys() <= paths
