"""One thing looked at: whether it is well, and in words what to do where it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml


class State(StrEnum):
    """How a thing stands; a note is worth knowing and no fault."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Attributes:
        check: what was looked at: `schema`, `seals`, `disk` …
        state: how it stands.
        what: the name of its sentence in the wording; `ok` where all is well.
        facts: numbers, names of files and models; never personal data.
    """

    check: str
    state: State = State.OK
    what: str = "ok"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def said(self, language: str) -> str:
        """What was found, in words."""
        return self._words(language, "found")

    def advice(self, language: str) -> str:
        """What to do; empty where all is well."""
        return self._words(language, "do") if self.state is not State.OK else ""

    def _words(self, language: str, part: str) -> str:
        told: str = wording(language)[self.check][self.what].get(part, "")
        return told.format_map(dict(self.facts))


def wrong(check: str, what: str, **facts: object) -> Finding:
    """A finding that needs somebody's hand."""
    return Finding(check, State.WRONG, what, facts)


def note(check: str, what: str, **facts: object) -> Finding:
    """A finding that is worth knowing."""
    return Finding(check, State.NOTE, what, facts)


@cache
def wording(language: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The sentences of a language, `zh` or `en`: by check, by what was found."""
    file = Path(__file__).parent / "wording" / f"{language}.yaml"
    told: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(file.read_text("utf-8"))
    return told
