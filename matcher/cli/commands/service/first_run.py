"""The first account of a new service: made with a password that works once."""

from __future__ import annotations

import secrets
from datetime import datetime

from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.errors import AlreadyThere
from matcher.store.store import Store

ADMIN = "admin"
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs that nobody takes for another when reading them off a screen."""

GROUPS, SIGNS = 4, 5


def first_admin(store: Store, *, at: datetime) -> str | None:
    """Make the first account, where there is none; the demo city has none to guard.

    Returns:
        Its password, told this once and to be changed at the first sign-in; None where there are
        accounts already.
    """
    if store.meta("demo_city") is not None or store.accounts.all():
        return None
    password = new_password()
    new = Account(ADMIN, Role.ADMIN, ("",), must_change=True)
    try:
        store.accounts.add(new, password, actor="first run", at=at)
    except AlreadyThere:  # another process of this service was first, and told its password
        return None
    return password


def new_password() -> str:
    """A password of 20 signs in groups: 99 bits, enough for any guessing."""
    signs = ["".join(secrets.choice(PLAIN) for _ in range(SIGNS)) for _ in range(GROUPS)]
    return "-".join(signs)
