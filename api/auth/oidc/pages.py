"""Out to the provider and back: one sign-in, bound to one browser, good for ten minutes."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Annotated

import orjson
from fastapi import Query, Request, Response

from api.auth import sessions
from api.auth.callers import now
from api.auth.pages import local
from api.deps import StoreDep
from api.protocol.problems import Refusal
from api.web.menus import HOMES
from api.web.pages import back_to, pages_router
from matcher.errors import SignInRefused

if TYPE_CHECKING:  # its libraries come with the extra `oidc`, and may not be there
    from api.auth.oidc.provider import Provider

router = pages_router(prefix="/oidc")

COOKIE = "rengang_oidc"
GOOD_FOR_S = 600
Text = Annotated[str, Query(max_length=4000)]


@router.get("/begin")
def begin(
    request: Request, next_: Annotated[str, Query(alias="next", max_length=2000)] = ""
) -> Response:
    """Send the browser to the provider, with what it must bring back.

    Raises:
        Refusal: no provider is set.
        ProviderSilent: the provider does not say how it is used.
    """
    provider = _provider(request)
    kept = {
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "verifier": secrets.token_urlsafe(48),
    }
    answer = back_to(provider.begin(_return_to(request), **kept))
    answer.set_cookie(
        COOKIE,
        orjson.dumps(kept | {"next": local(next_) or ""}).hex(),
        max_age=GOOD_FOR_S,
        httponly=True,
        samesite="lax",
        secure=sessions.is_over_tls(request),
        path="/oidc",
    )
    return answer


@router.get("/back")
def come_back(request: Request, store: StoreDep, code: Text = "", state: Text = "") -> Response:
    """Begin a session for the account whose name the provider vouches for.

    The account must be here already: who may do what is decided here, never by the provider.

    Raises:
        SignInRefused: another browser's sign-in, a token that is not for us, or no such account.
    """
    provider = _provider(request)
    request.app.state.limits.spend_sign_in(request)
    kept = _kept(request)
    if not code or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise SignInRefused
    name = provider.name_of(
        code, _return_to(request), nonce=kept["nonce"], verifier=kept["verifier"]
    )
    at = now()
    account = store.accounts.vouched(name, by=provider.client.issuer, at=at)
    answer = back_to(local(kept["next"]) or HOMES[account.role])
    sessions.begin(request, answer, store, account, at=at)
    answer.delete_cookie(COOKIE, path="/oidc", httponly=True, samesite="lax")
    return answer


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise Refusal("NoSuchPath", 404)
    return provider


def _return_to(request: Request) -> str:
    """Where the provider sends the browser back to."""
    public = request.app.state.settings.public_url
    base = public.rstrip("/") if public else str(request.base_url).rstrip("/")
    return f"{base}{router.prefix}/back"


def _kept(request: Request) -> dict[str, str]:
    """What this browser was sent out with.

    Raises:
        SignInRefused: nothing, or what is none.
    """
    try:
        kept = orjson.loads(bytes.fromhex(request.cookies.get(COOKIE, "")))
    except ValueError:
        raise SignInRefused from None
    if not isinstance(kept, dict) or {"state", "nonce", "verifier", "next"} - kept.keys():
        raise SignInRefused
    return {str(name): str(value) for name, value in kept.items()}
