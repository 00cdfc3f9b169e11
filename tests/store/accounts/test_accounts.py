"""Who signs in, who does not, and that nobody can tell why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.errors import AlreadyThere, NotFound, SignInRefused, WeakPassword, WrongUse
from matcher.store.accounts import passwords
from matcher.store.accounts.tokens import LIFETIMES, TokenKind
from matcher.store.engine import reading
from matcher.store.store import Store

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
WORD = "three plain words"
OF_AN_OFFICE = passwords.HASHER
"""As it is before the suite puts a cheaper one in its place."""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        opened.accounts.add(Account("u1", Role.CASEWORKER, ("320613",)), WORD, actor="cli", at=AT)
        yield opened


def test_an_account_is_usable_at_once(store: Store) -> None:
    found = store.accounts.sign_in("u1", WORD, at=AT)
    assert (found.role, found.areas) == (Role.CASEWORKER, ("320613",))
    assert found.scope("match").covers("320613002")
    assert not found.scope("match").covers("3206")


def test_an_employer_serves_no_area(store: Store) -> None:
    made = store.accounts.add(
        Account("e1", Role.EMPLOYER, employer_id="E1"), WORD, actor="cli", at=AT
    )
    assert made.scope("match").areas == ()
    assert not made.scope("match").covers("320613")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"username": "x y"}, "letters", id="a name with a space"),
        pytest.param({"password": "short"}, "characters", id="a short password"),
        pytest.param({"password": "my u22 is good"}, "username", id="a password with the name"),
        pytest.param(
            {"password": "aaaaaaaaaaaa"}, "again and again", id="a password of one letter"
        ),
        pytest.param({"areas": ()}, "area", id="an office without an area"),
        pytest.param({"areas": ("Nantong",)}, "digits", id="an area that is no code"),
        pytest.param({"employer_id": "E1"}, "employer", id="a caseworker of an employer"),
    ],
)
def test_what_does_not_fit_is_told(store: Store, change: dict[str, object], message: str) -> None:
    said: dict[str, Any] = {"username": "u22", "role": Role.CASEWORKER, "areas": ("32",)}
    said |= {"password": WORD} | change
    password = str(said.pop("password"))
    with pytest.raises(WrongUse, match=message):
        store.accounts.add(Account(**said), password, actor="cli", at=AT)


def test_one_s_own_password_is_changed_for_another_one(store: Store) -> None:
    with pytest.raises(WeakPassword, match="not the password in use"):
        store.accounts.change_password("u1", WORD, WORD, at=AT)
    with pytest.raises(SignInRefused):
        store.accounts.change_password("u1", "wrong wrong wrong", "four of my own words", at=AT)
    store.accounts.change_password("u1", WORD, "four of my own words", at=AT)
    assert store.accounts.sign_in("u1", "four of my own words", at=AT).username == "u1"


def test_a_name_is_given_once(store: Store) -> None:
    with pytest.raises(AlreadyThere):
        store.accounts.add(Account("u1", Role.ADMIN, ("",)), WORD, actor="cli", at=AT)


def test_every_refusal_says_the_same_and_takes_as_long(store: Store) -> None:
    store.accounts.disable("u1", actor="admin", at=AT)
    said = set()
    for name, password in (("u1", WORD), ("u1", "wrong wrong wrong"), ("nobody", WORD)):
        with pytest.raises(SignInRefused) as told:
            store.accounts.sign_in(name, password, at=AT)
        said.add(str(told.value))
    assert len(said) == 1
    assert passwords.of_nobody().split("$")[:4] == passwords.hashed(WORD, "x9").split("$")[:4]


def test_a_password_of_an_office_costs_what_owasp_asks_for() -> None:
    assert OF_AN_OFFICE.hash(WORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_outdated(OF_AN_OFFICE.hash(WORD)), "the suite's own is another one"


def test_five_failures_lock_for_a_while_even_with_the_right_password(store: Store) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused):
            store.accounts.sign_in("u1", "wrong wrong wrong", at=AT)
    with pytest.raises(SignInRefused):
        store.accounts.sign_in("u1", WORD, at=AT + timedelta(minutes=14))
    assert store.accounts.sign_in("u1", WORD, at=AT + timedelta(minutes=16)).username == "u1"


def test_a_success_forgets_the_failures_before_it(store: Store) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInRefused):
                store.accounts.sign_in("u1", "wrong wrong wrong", at=AT)
        store.accounts.sign_in("u1", WORD, at=AT)


def test_attempts_stand_in_the_audit_without_names_that_do_not_exist(store: Store) -> None:
    for name in ("u1", "somebody@else"):
        with pytest.raises(SignInRefused):
            store.accounts.sign_in(name, "wrong wrong wrong", at=AT)
    rows = store.audit_rows()
    assert rows["action"].tolist() == ["add", "sign_in_refused", "sign_in_refused"]
    assert "somebody" not in rows.to_csv()


@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_token_is_good_for_its_time(store: Store, kind: TokenKind) -> None:
    secret = store.tokens.issue("u1", kind, at=AT)
    found = store.tokens.account_of(secret, kind, at=AT + timedelta(minutes=5))
    assert found is not None
    assert found.username == "u1"
    assert store.tokens.account_of(secret + "x", kind, at=AT) is None
    other = next(each for each in TokenKind if each is not kind)
    assert store.tokens.account_of(secret, other, at=AT) is None
    assert store.tokens.account_of(secret, kind, at=AT + LIFETIMES[kind].at_most) is None


def test_a_session_that_is_used_goes_on_and_one_that_is_not_ends(store: Store) -> None:
    secret = store.tokens.issue("u1", TokenKind.SESSION, at=AT)
    for hours in (1, 2, 3):
        at = AT + timedelta(hours=hours)
        assert store.tokens.account_of(secret, TokenKind.SESSION, at=at) is not None
    late = AT + timedelta(hours=6)
    assert store.tokens.account_of(secret, TokenKind.SESSION, at=late) is None


@pytest.mark.parametrize("end", ["revoke", "password", "disable"])
def test_a_token_ends_when_it_must(store: Store, end: str) -> None:
    secret = store.tokens.issue("u1", TokenKind.BEARER, at=AT)
    if end == "revoke":
        store.tokens.revoke(secret)
    elif end == "password":
        store.accounts.set_password("u1", "another long word", must_change=False, actor="u1", at=AT)
    else:
        store.accounts.disable("u1", actor="admin", at=AT)
    assert store.tokens.account_of(secret, TokenKind.BEARER, at=AT) is None


def test_neither_password_nor_token_rests_in_the_database(store: Store) -> None:
    secret = store.tokens.issue("u1", TokenKind.BEARER, at=AT)
    with reading(store._engine, wait_s=1) as connection:
        dump = str(
            [
                connection.execute(text(f"SELECT * FROM {name}")).all()  # our names
                for name in ("account", "token", "audit")
            ]
        )
    assert secret not in dump
    assert WORD not in dump


def test_a_change_of_nobody_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.accounts.disable("nobody", actor="admin", at=AT)
