"""Forged requests: a browser sends its cookie wherever another page lets it; a token it does not.

A bearer token is never sent by a browser on its own, so that only sessions are asked.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from fastapi import Request

from matcher.errors import ForgedRequest

HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def csrf_token(session: str) -> str:
    """What a page of this session must send along; nobody can tell the session from it."""
    return hmac.new(session.encode(), b"rengang csrf", sha256).hexdigest()


def refuse_forged(request: Request, session: str) -> None:
    """Does a request that changes something carry its session's token: in a header, or its form?

    Source:
        OWASP Cross-Site Request Forgery Prevention Cheat Sheet: HMAC based token pattern.

    Raises:
        ForgedRequest: it does not.
    """
    if request.method in SAFE:
        return
    given = request.headers.get(HEADER, "") or getattr(request.state, "csrf", "")
    if not hmac.compare_digest(given.encode(), csrf_token(session).encode()):
        raise ForgedRequest
