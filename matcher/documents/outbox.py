"""A file of outgoing messages for an office's gateway: one JSON line each, never twice."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pandas as pd

OWNER_ONLY = 0o600


class FileOutbox:
    """Messages as lines of one file.

    A line is there as a whole or not at all: what a crash left unfinished at the end of the file is
    taken off before anything is added. A key that stands in the file is not written again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, messages: pd.DataFrame) -> None:
        """Add the messages whose key is not in the file yet.

        Args:
            messages: `key` and any further columns of text, such as `phone` and `text`.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self._path) as file:
            known = _known_keys(file)
            again = messages["key"].isin(known) | messages["key"].duplicated()
            rows = messages[~again].to_dict("records")
            lines = (json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
            file.write("".join(lines).encode())
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """The file, held against other writers, readable by its owner alone."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _known_keys(file: IO[bytes]) -> set[str]:
    """The keys in the file; the position is then the end of its last whole line."""
    whole = file.read()
    end = whole.rfind(b"\n") + 1
    file.truncate(end)
    file.seek(end)
    return {json.loads(line)["key"] for line in whole[:end].splitlines()}
