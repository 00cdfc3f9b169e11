"""How the service and its workers log: one JSON object a line, to standard error.

What was raised is told by its class and the places it passed, never by its message: messages of
drivers and libraries may hold what a caller typed or a row contains. Our own errors carry ids only
and keep theirs.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

from matcher.errors import RengangError

FRAMES = 30
"""The innermost places of a trace that are kept."""


def configure(level: str) -> None:
    """Let this process log so, from `level` on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            with_trace,
            _line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number_of(level)),
        # Looked up for each line: who captures standard error gets what is logged meanwhile.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def number_of(level: str) -> int:
    """The number of a level.

    Example:
        >>> number_of("info")
        20
    """
    return logging.getLevelNamesMapping()[level.upper()]


def with_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with what was raised, told without words of others."""
    raised = event.pop("exc_info", None)
    if raised:
        known = raised if isinstance(raised, BaseException) else sys.exc_info()[1]
        if known is not None:
            event.update(trace_of(known))
    return event


def trace_of(raised: BaseException) -> dict[str, Any]:
    """What was raised and what led to it, outermost first, and where: `file:line function`.

    Example:
        >>> trace_of(ValueError("13800000000"))
        {'raised': ['ValueError'], 'trace': []}
    """
    chain = list(_chain(raised))
    said = [str(each) for each in chain if isinstance(each, RengangError)]
    frames = traceback.extract_tb(chain[-1].__traceback__)[-FRAMES:]
    told = {
        "raised": [type(each).__qualname__ for each in chain],
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    return told | ({"said": said} if said else {})


def _chain(raised: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while raised is not None and id(raised) not in seen:
        seen.add(id(raised))
        yield raised
        raised = raised.__cause__ or raised.__context__


def _line(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(dict(event), default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class Lines(logging.Formatter):
    """Lines of the standard library's loggers (the server's own) in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; a trace that a message carries along is left out."""
        event: dict[str, Any] = {
            "event": record.getMessage().split("\n", maxsplit=1)[0],
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            event.update(trace_of(record.exc_info[1]))
        return orjson.dumps(event).decode()


def of_the_server(level: str) -> dict[str, Any]:
    """What the server's own loggers are set up by (`logging.config.dictConfig`)."""
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "lines"}
    one = {"handlers": ["lines"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "matcher.cli.logs.Lines"}},
        "handlers": {"lines": handler},
        "loggers": {"_granian": one},
        "root": {"handlers": ["lines"], "level": "WARNING"},
    }
