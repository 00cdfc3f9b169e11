"""Accounts: who may sign in to the service."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from matcher.cli.session import Session, utc_now
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.errors import WrongUse

ACTOR = "cli"
WHOLE = "all"

Name = Annotated[str, typer.Argument(help="Name to sign in with.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


def register(app: typer.Typer) -> None:
    """Add the command `user` with those below it."""
    user = typer.Typer(help="Accounts of the service.", no_args_is_help=True)
    user.command("add")(add)
    user.command("list")(list_all)
    user.command("password")(password)
    user.command("disable")(disable)
    user.command("enable")(enable)
    app.add_typer(user, name="user")


def add(
    context: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    area: Annotated[
        list[str] | None,
        typer.Option(help=f"Area code it serves, with all below; '{WHOLE}' is the whole."),
    ] = None,
    employer: Annotated[
        str | None, typer.Option(help="Employer whose vacancies are the account's own.")
    ] = None,
    password_stdin: FromStdin = False,
) -> None:
    """Make an account that may sign in at once; the password comes from standard input."""
    session: Session = context.obj
    areas = tuple("" if code == WHOLE else code for code in area or ())
    if role in (Role.ADMIN, Role.AUDITOR, Role.ANALYST) and not areas:
        areas = ("",)
    new = Account(name, role, areas, employer)
    word = _password(password_stdin)
    with session.open_store(create=True) as store:
        store.accounts.add(new, word, actor=ACTOR, at=utc_now())
    session.answer(
        {"username": name, "role": role.value, "areas": list(areas), "employer_id": employer},
        f"{name} may sign in as {role.value}",
    )


def list_all(context: typer.Context) -> None:
    """Every account, without its password."""
    session: Session = context.obj
    with session.open_store() as store:
        found = store.accounts.all()
    rows = [_row(each) for each in found]
    text = "\n".join(_line(each) for each in found)
    session.answer(rows, text or "no accounts yet; make one with 'rengang user add'")


def _row(account: Account) -> dict[str, object]:
    return {
        "username": account.username,
        "role": account.role.value,
        "areas": [area or WHOLE for area in account.areas],
        "employer_id": account.employer_id,
        "disabled": account.disabled,
    }


def _line(account: Account) -> str:
    serves = ",".join(area or WHOLE for area in account.areas) or account.employer_id or ""
    cells = [account.username, account.role.value, serves]
    return "\t".join([*cells, "disabled"] if account.disabled else cells)


def password(context: typer.Context, name: Name, password_stdin: FromStdin = False) -> None:
    """Give an account another password; who was signed in with it no longer is."""
    session: Session = context.obj
    word = _password(password_stdin)
    with session.open_store() as store:
        store.accounts.set_password(name, word, must_change=True, actor=ACTOR, at=utc_now())
    session.answer({"username": name}, f"{name} has another password and must change it")


def disable(context: typer.Context, name: Name) -> None:
    """Let an account sign in no more; its sessions and tokens end at once."""
    _set(context, name, disabled=True)


def enable(context: typer.Context, name: Name) -> None:
    """Let a disabled account sign in again."""
    _set(context, name, disabled=False)


def _set(context: typer.Context, name: str, *, disabled: bool) -> None:
    session: Session = context.obj
    with session.open_store() as store:
        store.accounts.disable(name, actor=ACTOR, at=utc_now(), disabled=disabled)
    text = f"{name} may {'no longer sign in' if disabled else 'sign in again'}"
    session.answer({"username": name, "disabled": disabled}, text)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise WrongUse(
            what="no password was given",
            expected="--password-stdin with the password on standard input, or a terminal",
            do="Add --password-stdin.",
        )
    word: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return word
