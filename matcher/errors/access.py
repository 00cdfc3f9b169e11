"""Errors about who may do what."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.errors.root import RengangError, WrongUse


class AccessError(RengangError):
    """Something about who may do what."""


class SignInRefused(AccessError):
    """Nobody was let in; why is in the audit alone, so that nobody learns which names exist."""

    def __init__(self) -> None:
        super().__init__(
            "the name and the password do not fit, or the account is locked for a while. "
            "Try again later, or ask the administrator for a new password."
        )


class SignInNeeded(AccessError):
    """No token and no session came with the request, or one that is good no more."""

    def __init__(self) -> None:
        super().__init__("sign in first, or again: no valid token or session came along.")


class ForgedRequest(AccessError):
    """A session's request that did not come from a page of that session."""

    def __init__(self) -> None:
        super().__init__(
            "the request did not come from a page of this session. Nothing was changed; "
            "reload the page and repeat the step."
        )


class ProviderSilent(AccessError):
    """The identity provider does not answer, or not as one."""

    def __init__(self, *, issuer: str, found: str) -> None:
        self.issuer, self.found = issuer, found
        super().__init__(
            f"the identity provider {issuer} cannot be used now ({found}). "
            "Sign in by name and password, or try again later."
        )


class TooManyTries(AccessError):
    """So much came from one address or account that it is made to wait."""

    def __init__(self, *, what: str, limit: int, wait_s: int) -> None:
        self.what, self.limit, self.wait_s = what, limit, wait_s
        super().__init__(
            f"more than {limit} {what} in a minute. Nothing was done; try again in {wait_s} s."
        )


class NotAllowed(AccessError):
    """The caller's role may not do this."""

    def __init__(self, *, what: str, roles: Sequence[str]) -> None:
        self.what, self.roles = what, tuple(roles)
        super().__init__(f"{what} is for {', '.join(self.roles)}. Ask a colleague in that role.")


class PasswordToChange(NotAllowed):
    """The password was given by somebody else: nothing is allowed before it is changed."""

    def __init__(self) -> None:
        self.what, self.roles = "everything before the first password is changed", ()
        AccessError.__init__(
            self,
            "the password was given by somebody else. Choose your own first, with "
            "PUT /api/v1/me/password; every token from before ends with it.",
        )


class WeakPassword(WrongUse):
    """A password that is too short, too long, easy to guess, or the one in use."""

    def __init__(self, *, shortest: int, longest: int) -> None:
        self.shortest, self.longest = shortest, longest
        super().__init__(
            what="the new password",
            expected=f"{shortest} to {longest} characters, without the username, not the same few "
            "characters again and again, and not the password in use",
            do="Choose another; several words are easy to keep in mind.",
        )
