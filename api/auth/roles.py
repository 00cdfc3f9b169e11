"""Groups of roles that routes let in; said once, so that like routes stay alike."""

from __future__ import annotations

from matcher.domain.scope import Role

OFFICE = frozenset(Role) - {Role.EMPLOYER}
EVERYONE = frozenset(Role)
CASEWORK = frozenset({Role.CASEWORKER, Role.SUPERVISOR})
"""Who works with people's files."""

FAIRS = frozenset({Role.ORGANISER, Role.SUPERVISOR})
"""Who sets up fairs and pairs for them."""

PEOPLE = CASEWORK | FAIRS
"""Who may see jobseekers' work profiles."""

SUPPLY = PEOPLE | {Role.EMPLOYER}
"""Who lists vacancies; an employer its own."""

OVERSIGHT = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ANALYST, Role.ADMIN})
"""Who looks at tables, models and fairness, where no single person is named."""
