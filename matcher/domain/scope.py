"""Who is asking, for which areas, and to what end: needed before any person can be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff, or an employer, is here for."""

    CASEWORKER = "caseworker"
    ORGANISER = "organiser"
    EMPLOYER = "employer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Scope:
    """The reader of people's records.

    Args:
        role: what the reader is.
        areas: area codes whose subtrees the reader's office serves; a code covers every code that
            begins with it, and the empty string covers all.
        purpose: one word for the audit row, such as "match" or "fair".
        actor: id of the account, or the command that runs on the office's own machine.

    Example:
        >>> Scope(Role.CASEWORKER, ("320613",), "match", "u1").covers("320613002")
        True
        >>> Scope(Role.CASEWORKER, ("320613",), "match", "u1").covers(None)
        False
    """

    role: Role
    areas: tuple[str, ...]
    purpose: str
    actor: str

    def covers(self, area_code: str | None) -> bool:
        """Does the scope reach a record of this area; an unknown area only from the whole."""
        if "" in self.areas:
            return True
        return area_code is not None and area_code.startswith(self.areas)

    @classmethod
    def office(cls, purpose: str) -> Scope:
        """The scope of a command run by the office on its own workspace."""
        return cls(Role.SUPERVISOR, ("",), purpose, "cli")
