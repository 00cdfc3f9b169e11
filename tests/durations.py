"""Which tests took long when that was last looked at; the everyday run leaves them out.

`pytest --note-durations` writes `tests/long_tests.txt` anew from a whole run.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

NOTED = Path(__file__).with_name("long_tests.txt")
LONG_S = 1.0
"""A test that takes longer, all its steps and the longest of its cases, is left out."""


def long_tests() -> frozenset[str]:
    """Names of the tests that took long, without what they were parametrised with."""
    lines = NOTED.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def name_of(nodeid: str) -> str:
    """A test's name without its parameters.

    >>> name_of("tests/x.py::test_it[a-b]")
    'tests/x.py::test_it'
    """
    return nodeid.split("[", maxsplit=1)[0]


def note(reports: list[pytest.TestReport]) -> None:
    """Write down the tests that took long."""
    took: dict[str, float] = defaultdict(float)
    for report in reports:
        took[report.nodeid] += report.duration
    found = sorted({name_of(nodeid) for nodeid, seconds in took.items() if seconds > LONG_S})
    head = (
        f"# Took longer than {LONG_S:g} s in a whole run: written by 'pytest --note-durations'.\n"
    )
    NOTED.write_text(head + "".join(f"{line}\n" for line in found), encoding="utf-8")
