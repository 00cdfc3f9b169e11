"""Versions of records as entity tags: read with `ETag`, changed with `If-Match`."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header, Response

from api.protocol.problems import Refusal

_TAG = re.compile(r'"v(\d{1,9})"')


def tag_of(version: int) -> str:
    """The entity tag of a version.

    Example:
        >>> tag_of(3), version_of('"v3"')
        ('"v3"', 3)
    """
    return f'"v{version}"'


def version_of(tag: str | None) -> int:
    """The version that an `If-Match` names.

    Raises:
        Refusal: none came along (428), or one that no record had (412).
    """
    if tag is None:
        raise Refusal("VersionNeeded", 428)
    read = _TAG.fullmatch(tag.strip())
    if read is None:
        raise Refusal("VersionChanged", 412)
    return int(read[1])


def if_match(
    given: Annotated[
        str | None, Header(alias="If-Match", description="the ETag that was read")
    ] = None,
) -> int:
    """A dependency: the version that the caller read."""
    return version_of(given)


def tagged(response: Response, version: int) -> None:
    """Name the version of what is answered; it is never kept by what stands between."""
    response.headers["ETag"] = tag_of(version)
    response.headers["Cache-Control"] = "private, no-cache"
