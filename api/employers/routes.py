"""Employers: offices see all, an employer itself."""

from __future__ import annotations

from api.auth.roles import EVERYONE, PEOPLE
from api.employers.own import own
from api.records.resource import Resource
from matcher.domain.kinds import Kind

EMPLOYERS = Resource(
    Kind.EMPLOYERS, "employer", ("employer",), readers=EVERYONE, writers=PEOPLE, held=own
)
router = EMPLOYERS.router()
