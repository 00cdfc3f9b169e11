"""What an employer's account sees: what carries its own number."""

from __future__ import annotations

from collections.abc import Sequence

from api.auth.callers import Caller
from matcher.store.lists.listing import Condition, Test


def own(caller: Caller) -> Sequence[Condition]:
    """An employer sees what carries its own number, an office everything."""
    own_id = caller.account.employer_id
    return () if own_id is None else (Condition("employer_id", Test.EQUAL, own_id),)
