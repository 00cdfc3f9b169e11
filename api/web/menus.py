"""What each role finds in its menu, in the order of its day."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.domain.scope import Role

OFFICE = (Role.CASEWORKER, Role.ORGANISER, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: its words `web.menu.<name>`, where it leads, and for whom."""

    name: str
    path: str
    roles: tuple[Role, ...]


ENTRIES = (
    Entry("workbench", "/workbench", (Role.CASEWORKER, Role.SUPERVISOR)),
    Entry("persons", "/persons", OFFICE),
    Entry("households", "/households", (Role.CASEWORKER, Role.SUPERVISOR)),
    Entry("vacancies", "/vacancies", (*OFFICE, Role.EMPLOYER)),
    Entry("candidates", "/candidates", (Role.EMPLOYER,)),
    Entry("fairs", "/fairs", (Role.ORGANISER, Role.SUPERVISOR)),
    Entry("imports", "/imports", (*OFFICE, Role.EMPLOYER)),
    Entry("reports", "/reports", (Role.SUPERVISOR, Role.AUDITOR, Role.ANALYST, Role.ADMIN)),
    Entry("fairness", "/fairness", (Role.SUPERVISOR, Role.AUDITOR, Role.ANALYST)),
    Entry("models", "/models", (Role.SUPERVISOR, Role.ANALYST, Role.ADMIN, Role.AUDITOR)),
    Entry(
        "policies",
        "/policies",
        (*OFFICE, Role.AUDITOR, Role.ANALYST, Role.ADMIN),
    ),
    Entry("audit", "/audit", (Role.AUDITOR, Role.ADMIN)),
    Entry("users", "/users", (Role.ADMIN,)),
    Entry("settings", "/settings", (Role.ADMIN,)),
)

HOMES = {
    Role.CASEWORKER: "/workbench",
    Role.SUPERVISOR: "/reports",
    Role.ORGANISER: "/fairs",
    Role.EMPLOYER: "/vacancies",
    Role.AUDITOR: "/audit",
    Role.ANALYST: "/fairness",
    Role.ADMIN: "/users",
}
"""Where each role's day begins."""


def menu_of(role: Role, paths: frozenset[str]) -> list[Entry]:
    """The entries of a role; `paths` are the pages that there are."""
    return [each for each in ENTRIES if role in each.roles and each.path in paths]
