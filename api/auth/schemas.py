"""Signing in, as it travels."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from matcher.domain.account import Account


class Credentials(BaseModel):
    """A name and a password."""

    username: Annotated[str, Field(min_length=1, max_length=64, examples=["wang"])]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class TokenOut(BaseModel):
    """A bearer token; it cannot be read again."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # the name of a kind, no secret
    expires_at: datetime


class AccountOut(BaseModel):
    """The account that calls."""

    username: Annotated[str, Field(examples=["wang"])]
    role: Annotated[str, Field(examples=["caseworker"])]
    areas: Annotated[
        list[str], Field(description="area codes served; an empty one is the whole")
    ] = []
    employer_id: str | None = None
    must_change: bool = False
    disabled: bool = False

    @classmethod
    def of(cls, account: Account) -> Self:
        """The account without its password."""
        return cls(
            username=account.username,
            role=account.role.value,
            areas=list(account.areas),
            employer_id=account.employer_id,
            must_change=account.must_change,
            disabled=account.disabled,
        )


class PasswordChange(BaseModel):
    """The password in use, and the one that is to follow."""

    current: Annotated[str, Field(min_length=1, max_length=200)]
    new: Annotated[str, Field(min_length=1, max_length=200)]
