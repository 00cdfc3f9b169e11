"""Passwords: what is kept of them, whether one fits, which are too weak."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from matcher.errors import WeakPassword

SHORTEST = 10
LONGEST = 200
"""Characters: length is what counts, and an endless one would cost the server its time."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
"""Argon2id with 19 MiB and two passes, for every password that is made or tried.

The one seam of the tests, which put a cheaper one here: their accounts guard nobody.

Source:
    OWASP Password Storage Cheat Sheet, the first recommended setting of Argon2id.
"""


def hashed(password: str, username: str) -> str:
    """What is kept of a password.

    Raises:
        WeakPassword: it is too short, too long, or made of the username.
    """
    is_guessable = username.casefold() in password.casefold() or len(set(password)) < SHORTEST // 2
    if is_guessable or not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(shortest=SHORTEST, longest=LONGEST)
    return HASHER.hash(password)


def fits(kept: str, password: str) -> bool:
    """Is this the password?"""
    try:
        return HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Was the password kept under settings that are no longer ours?"""
    return HASHER.check_needs_rehash(kept)


@cache
def of_nobody() -> str:
    """A kept password that nobody has: an unknown name must cost the time of a known one."""
    return HASHER.hash("nobody signs in with this")
