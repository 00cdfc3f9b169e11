"""Job fairs: set up by organisers, read by offices."""

from __future__ import annotations

from api.auth.roles import FAIRS, PEOPLE
from api.records.resource import Resource
from matcher.domain.kinds import Kind

FAIR = Resource(Kind.FAIRS, "fair", ("fair",), readers=PEOPLE, writers=FAIRS)
router = FAIR.router()
