"""Accounts of the demo city, one of each role: the city is generated, so its password is shown."""

from __future__ import annotations

from datetime import datetime

from matcher.cli.commands.service.first_run import new_password
from matcher.domain.account import Account
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import AlreadyThere
from matcher.store.store import Store

IS_DEMO = "demo_city"
PASSWORD = "demo_password"  # noqa: S105 - the name of a fact of the store, no password
AREA = "3206"
"""The city of the demo."""


def demo_accounts(store: Store, *, at: datetime) -> str | None:
    """The password of the demo's accounts, named by their roles; made when first asked for.

    Only a workspace that holds the demo city has them: its people are generated, so that a
    password on the screen gives nothing away. The password is another one in each workspace.

    Returns:
        None outside the demo.
    """
    if store.meta(IS_DEMO) is None:
        return None
    kept = store.meta(PASSWORD)
    if kept is not None:
        return kept
    if store.accounts.all():  # made by hand: those are what counts
        return None
    password = new_password()
    try:
        for role in Role:
            store.accounts.add(_account(store, role), password, actor="demo", at=at)
    except AlreadyThere:  # another process of this service was first, and keeps the password
        return store.meta(PASSWORD)
    with store.writing(actor="demo", at=at) as batch:
        batch.set_meta(PASSWORD, password)
    return password


def _account(store: Store, role: Role) -> Account:
    if role is not Role.EMPLOYER:
        return Account(role.value, role, (AREA,))
    listed = store.frame(Kind.VACANCIES, columns=["employer_id"])["employer_id"]
    return Account(role.value, role, (), str(listed.value_counts().index[0]))
