"""An account: who signs in, in which role, for which areas or which employer."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.domain.scope import Role, Scope


@dataclass(frozen=True, slots=True)
class Account:
    """A person or program known by a name and a password.

    Attributes:
        username: the name; the actor of every audit row.
        role: what the account may do.
        areas: the area codes whose subtrees it serves; the empty string is the whole.
        employer_id: of an employer's account, whose vacancies are its own.
        must_change: the password was given by somebody else and must be changed first.
        disabled: it may not sign in.
    """

    username: str
    role: Role
    areas: tuple[str, ...] = ()
    employer_id: str | None = None
    must_change: bool = False
    disabled: bool = False

    def scope(self, purpose: str) -> Scope:
        """What the account may read, to this end; an employer serves no area at all.

        Example:
            >>> Account("u1", Role.CASEWORKER, ("320613",)).scope("match").areas
            ('320613',)
        """
        areas = () if self.role is Role.EMPLOYER else self.areas
        return Scope(self.role, areas, purpose, self.username)
