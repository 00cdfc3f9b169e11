"""Signing in, as it travels."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field


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


class PasswordChange(BaseModel):
    """The password in use, and the one that is to follow."""

    current: Annotated[str, Field(min_length=1, max_length=200)]
    new: Annotated[str, Field(min_length=1, max_length=200)]
