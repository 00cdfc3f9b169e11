"""Run commands in this process and read what they say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from matcher.cli.main import run


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The JSON answer."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Office:
    """A workspace to give commands in."""

    workspace: Path
    captured: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object) -> Said:
        """Run one command, with JSON answers."""
        self.captured.readouterr()
        given = ["--workspace", str(self.workspace), "--json", *map(str, arguments)]
        with pytest.raises(SystemExit) as ended:
            run(given)
        told = self.captured.readouterr()
        return Said(int(ended.value.code or 0), told.out, told.err)
