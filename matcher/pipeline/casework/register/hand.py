"""Who acts in casework: named, in a role, on a day, within a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from matcher.domain.scope import Role, Scope
from matcher.errors import WrongUse


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts.

    Attributes:
        scope: what they may see.
        by: the name of who answers for it.
        role: in which they act.
        on: the day it happens.
        at: now, for the audit.
    """

    scope: Scope
    by: str
    role: Role
    on: date
    at: datetime

    def __post_init__(self) -> None:
        """Nothing in casework is done by nobody."""
        if not self.by.strip():
            raise WrongUse(
                what="nobody is named as who acts",
                expected="the name of who answers for it",
                do="Give --by NAME.",
            )
