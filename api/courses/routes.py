"""Courses: open to everybody who is signed in."""

from __future__ import annotations

from api.auth.roles import EVERYONE, PEOPLE
from api.records.resource import Resource
from matcher.domain.kinds import Kind

COURSES = Resource(Kind.COURSES, "course", ("course",), readers=EVERYONE, writers=PEOPLE)
router = COURSES.router()
