"""Outcomes of pairs within the caller's areas; they are made by referrals and by imports."""

from __future__ import annotations

from api.auth.roles import CASEWORK
from api.records.resource import Resource
from matcher.domain.kinds import Kind

OUTCOMES = Resource(Kind.OUTCOMES, "outcome", ("outcome",), readers=CASEWORK)
router = OUTCOMES.router()
