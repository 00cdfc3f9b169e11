"""Households; every read is audited."""

from __future__ import annotations

from api.auth.roles import CASEWORK
from api.records.resource import Resource
from matcher.domain.kinds import Kind

HOUSEHOLDS = Resource(
    Kind.HOUSEHOLDS, "household", ("household",), readers=CASEWORK, writers=CASEWORK
)
router = HOUSEHOLDS.router()
