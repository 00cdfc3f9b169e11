"""A subscriber outside, who is told what became of referrals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matcher.domain.scope import Role, Scope


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where news goes, how far they have been told, and how it goes.

    Attributes:
        webhook_id: its number.
        url: where news are posted.
        actor, role, areas: who subscribed: what they may see is what goes out.
        after_seq: the last event of the ledger that was delivered.
        failures: tries in a row that failed.
        next_try_at: not before.
        disabled: it failed too often, or was switched off.
    """

    webhook_id: str
    url: str
    actor: str
    role: Role
    areas: tuple[str, ...]
    after_seq: int
    failures: int
    next_try_at: datetime
    disabled: bool
    created_at: datetime

    def scope(self) -> Scope:
        """What the subscriber may see."""
        return Scope(self.role, self.areas, "webhook", self.actor)
