"""Accounts: made, changed, signed in with a password, locked after too many failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.errors import AlreadyThere, NotFound, SignInRefused, WeakPassword, WrongUse
from matcher.store import audit, engine
from matcher.store.accounts import passwords
from matcher.store.schema.accounts import account, token

KIND = "accounts"


@dataclass(frozen=True, slots=True)
class Lockout:
    """After how many failures in a row an account is locked, and for how long."""

    failures: int = 5
    minutes: int = 15


class Accounts:
    """The accounts of a store; every change and every attempt to sign in leaves an audit row."""

    def __init__(self, opened: Engine, *, wait_s: float, lockout: Lockout | None = None) -> None:
        self._engine = opened
        self._wait_s = wait_s
        self._lockout = lockout or Lockout()

    def add(self, new: Account, password: str, *, actor: str, at: datetime) -> Account:
        """Make an account that may sign in at once.

        Args:
            new: its name of 2 to 64 letters, digits, dots, dashes or underscores; for an office's
                account at least one area, ("",) being the whole; for an employer's the employer.
            password: as `passwords.hashed` asks for.
            actor: who makes it.
            at: now.

        Raises:
            WrongUse: a name, password, area or employer that does not fit; what was expected.
            AlreadyThere: there is an account of this name.
        """
        _check(new)
        row = {
            "username": new.username,
            "role": new.role.value,
            "areas": ";".join(new.areas),
            "employer_id": new.employer_id,
            "password_hash": passwords.hashed(password, new.username),
            "must_change": new.must_change,
            "disabled": new.disabled,
            "failures": 0,
            "created_at": at,
            "version": 1,
        }
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            engine.lock_for_writing(connection, KIND)
            if _row(connection, new.username) is not None:
                raise AlreadyThere(kind="account", key=new.username)
            connection.execute(insert(account).values(row))
            _trace(connection, "add", new.username, actor, at, {"role": new.role.value})
        return new

    def find(self, username: str) -> Account:
        """The account of this name.

        Raises:
            NotFound: there is none.
        """
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            row = _row(connection, username)
        if row is None:
            raise NotFound(kind="account", key=username)
        return account_in(row)

    def all(self) -> list[Account]:
        """Every account, by name."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            rows = connection.execute(select(account).order_by(account.c.username)).all()
        return [account_in(row) for row in rows]

    def sign_in(self, username: str, password: str, *, at: datetime) -> Account:
        """The account that this name and password are of.

        An unknown name, a wrong password, a locked and a disabled account take the same time and
        say the same.

        Raises:
            SignInRefused: they do not fit, or the account is locked or disabled.
        """
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            row = _row(connection, username)
        kept = row.password_hash if row is not None else passwords.of_nobody()
        is_right = passwords.fits(kept, password) and row is not None
        refused = row is None or row.disabled or _is_locked(row, at) or not is_right
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            if row is not None:
                values = self._after_attempt(connection, username, is_right, at)
                if is_right and not refused and passwords.is_outdated(kept):
                    values["password_hash"] = passwords.hashed(password, username)
                _change(connection, username, values)
            named = username if row is not None else "(unknown)"
            action = "sign_in_refused" if refused else "sign_in"
            _trace(connection, action, named, named, at, {})
        if refused or row is None:
            raise SignInRefused
        return account_in(row)

    def vouched(self, username: str, *, by: str, at: datetime) -> Account:
        """The account of this name, where an identity provider vouches for who comes.

        Raises:
            SignInRefused: there is none, or it is disabled.
        """
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            row = _row(connection, username)
            refused = row is None or row.disabled
            named = username if row is not None else "(unknown)"
            action = "sign_in_refused" if refused else "sign_in"
            _trace(connection, action, named, named, at, {"by": by})
        if refused or row is None:
            raise SignInRefused
        return account_in(row)

    def _after_attempt(
        self, connection: Connection, username: str, is_right: bool, at: datetime
    ) -> dict[str, Any]:
        """What an attempt changes; failures are counted inside the transaction."""
        row = _row(connection, username, to_change=True)
        if row is None or _is_locked(row, at):
            return {}
        if is_right:
            return {"failures": 0, "locked_until": None}
        failures = row.failures + 1
        if failures < self._lockout.failures:
            return {"failures": failures}
        return {"failures": 0, "locked_until": at + timedelta(minutes=self._lockout.minutes)}

    def change_password(self, username: str, current: str, new: str, *, at: datetime) -> None:
        """Change one's own password for another one.

        Raises:
            SignInRefused: the current one does not fit, or the account is locked.
            WeakPassword: the new one is too weak, or the current one again.
        """
        self.sign_in(username, current, at=at)
        if new == current:
            raise WeakPassword(shortest=passwords.SHORTEST, longest=passwords.LONGEST)
        self.set_password(username, new, must_change=False, actor=username, at=at)

    def set_password(
        self, username: str, password: str, *, must_change: bool, actor: str, at: datetime
    ) -> None:
        """Give an account another password; whoever was signed in with the old one no longer is.

        Raises:
            NotFound: there is no such account.
            WeakPassword: the password is too weak.
        """
        values = {
            "password_hash": passwords.hashed(password, username),
            "must_change": must_change,
            "failures": 0,
            "locked_until": None,
        }
        self._edit("password", username, values, actor, at)

    def disable(self, username: str, *, actor: str, at: datetime, disabled: bool = True) -> None:
        """Let an account sign in no more, or again; its tokens end at once.

        Raises:
            NotFound: there is no such account.
        """
        action = "disable" if disabled else "enable"
        self._edit(action, username, {"disabled": disabled}, actor, at)

    def _edit(
        self, action: str, username: str, values: Mapping[str, Any], actor: str, at: datetime
    ) -> None:
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            if _row(connection, username, to_change=True) is None:
                raise NotFound(kind="account", key=username)
            changed = {**values, "version": account.c.version + 1}
            _change(connection, username, changed)
            connection.execute(delete(token).where(token.c.username == username))
            _trace(connection, action, username, actor, at, {})


def _check(new: Account) -> None:
    username, role, areas = new.username, new.role, new.areas
    plain = username.replace(".", "").replace("-", "").replace("_", "")
    if not (2 <= len(username) <= 64 and plain.isascii() and plain.isalnum()):
        raise WrongUse(
            what="a username",
            expected="2 to 64 letters, digits, dots, dashes or underscores",
            do="Choose another.",
        )
    if (role is Role.EMPLOYER) != (new.employer_id is not None):
        raise WrongUse(
            what=f"an account in the role {role.value}",
            expected="an employer for an employer's account, and for no other",
            do="Give --employer with --role employer.",
        )
    if role is not Role.EMPLOYER and not areas:
        raise WrongUse(
            what=f"an account in the role {role.value} without an area",
            expected="at least one area code",
            do="Give --area; --area all is the whole.",
        )
    if any(not (area.isdigit() or area == "") for area in areas):
        raise WrongUse(
            what="an area that is no code", expected="2 to 12 digits", do="Correct --area."
        )


def _row(connection: Connection, username: str, *, to_change: bool = False) -> Row[Any] | None:
    """The account's row; one to be changed is read by nobody else for that until it is."""
    statement = select(account).where(account.c.username == username)
    return connection.execute(statement.with_for_update() if to_change else statement).first()


def _change(connection: Connection, username: str, values: Mapping[str, Any]) -> None:
    if values:
        statement = update(account).where(account.c.username == username)
        connection.execute(statement.values(**values))


def _is_locked(row: Row[Any], at: datetime) -> bool:
    return row.locked_until is not None and at < row.locked_until


def account_in(row: Row[Any]) -> Account:
    """The account of a row."""
    return Account(
        username=row.username,
        role=Role(row.role),
        areas=tuple(row.areas.split(";")) if row.areas or row.employer_id is None else (),
        employer_id=row.employer_id,
        must_change=bool(row.must_change),
        disabled=bool(row.disabled),
    )


def _trace(
    connection: Connection,
    action: str,
    username: str,
    actor: str,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    entry = audit.Entry(action, KIND, [username], detail)
    audit.write_row(connection, entry, who=actor, at=at)
