"""Column types that mean the same on every engine, and whose values drivers take as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, Text, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import UserDefinedType

from matcher.errors import WrongUse


class IsoDate(UserDefinedType[str]):
    """A day, in and out as ISO text; a real DATE where the engine has one."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The SQL name of the type."""
        return "DATE"

    def column_expression(self, colexpr: ColumnElement[str]) -> ColumnElement[str]:
        """Read as text on every engine."""
        return cast(colexpr, Text)


class Instant(UserDefinedType[datetime]):
    """A moment with its zone; kept in UTC."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The SQL name of the type."""
        return "TIMESTAMP"

    def bind_processor(self, _dialect: Dialect) -> Callable[[datetime | None], str | None]:
        """Write as UTC text, which every engine takes."""
        return lambda moment: None if moment is None else instant_text(moment)

    def result_processor(
        self, _dialect: Dialect, _coltype: object
    ) -> Callable[[str | datetime | None], datetime | None]:
        """Read as a datetime in UTC, from text or from the driver's own datetime."""
        return _moment


class Code(UserDefinedType[str]):
    """Ids and codes: text compared by code point on every engine, so that order is the same."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The SQL name of the type."""
        return "TEXT"


class Sealed(UserDefinedType[str]):
    """Text about who somebody is, which rests encrypted; see `store/privacy/cells`."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The SQL name of the type."""
        return "TEXT"


@compiles(Code, "postgresql")
def _by_code_point(*_: object, **__: object) -> str:
    return 'TEXT COLLATE "C"'


@compiles(Instant, "postgresql")
def _zoned(*_: object, **__: object) -> str:
    return "TIMESTAMP WITH TIME ZONE"


def instant_text(moment: datetime) -> str:
    """The moment as the store writes it: UTC, microseconds, no zone mark.

    Raises:
        WrongUse: the moment has no zone, so it could be any.

    Example:
        >>> instant_text(datetime(2026, 11, 2, 8, tzinfo=UTC))
        '2026-11-02 08:00:00.000000'
    """
    if moment.tzinfo is None:
        raise WrongUse(
            what=f"the moment {moment.isoformat()} has no time zone",
            expected="an aware datetime",
            do="Pass one with tzinfo.",
        )
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _moment(stored: str | datetime | None) -> datetime | None:
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
