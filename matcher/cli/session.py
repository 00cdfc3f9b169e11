"""What every command shares: the settings of this run and how its answer is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from matcher.documents.reading.table import Limits
from matcher.errors import WrongUse
from matcher.ranking.ranker import Ranker
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import Shelf
from matcher.settings import Settings
from matcher.store.privacy.keyring import Keyring
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class Session:
    """One run of a command: settings, and whether the answer is JSON.

    Results go to standard output, progress and messages to standard error, so that a pipe
    carries the answer alone.
    """

    settings: Settings
    as_json: bool

    def say(self, message: str) -> None:
        """A message beside the answer."""
        print(message, file=sys.stderr)

    def answer(self, value: Mapping[str, Any] | Sequence[Any], text: str) -> None:
        """The answer: `value` as JSON when asked for, else `text`."""
        print(to_json(value) if self.as_json else text)

    def open_store(self, *, create: bool = False) -> Store:
        """The store of the workspace.

        Raises:
            WrongUse: there is none yet and this command does not make one.
        """
        url = self.settings.resolved_database_url
        file = self.settings.workspace / "rengang.sqlite"
        if self.settings.database_url is None:
            if create:
                file.parent.mkdir(parents=True, exist_ok=True)
            elif not file.exists():
                raise WrongUse(
                    what=f"there is no database at {file}",
                    expected="a workspace with imported records",
                    do="Run 'rengang demo' for the demo city, or 'rengang import' with your files.",
                )
        return Store.open(url, create=create, keys=self.keys())

    def keys(self) -> Keyring:
        """The keys of people's cells: from the environment, else of the workspace's key file."""
        return Keyring.of(self.settings.key_text, self.settings.key_file)

    def ranker(self, name: str | None, *, measured: bool = False) -> Ranker:
        """The ranker of this name; the workspace's champion where none is asked for.

        Args:
            name: of the model.
            measured: as it was before it learned from what trials hold out.
        """
        return open_ranker(self.shelf(), name, measured=measured)

    def shelf(self) -> Shelf:
        """The models of the workspace."""
        return Shelf(self.settings.workspace)

    def limits(self) -> Limits:
        """How much of a file import opens, by the settings of this run."""
        return Limits(
            file_mb=self.settings.max_upload_mb, unpacked_mb=self.settings.max_unpacked_mb
        )

    def day(self, given: str | None, store: Store) -> date:
        """The day a question is asked for: the one given, the demo city's, else today."""
        if given is not None:
            return parse_day(given)
        demo_day = store.meta("demo_on")
        return date.fromisoformat(demo_day) if demo_day else local_today()


def to_json(value: Any) -> str:
    """The value as JSON text; dates as ISO, Chinese as it is.

    Example:
        >>> to_json({"on": date(2026, 11, 2)})
        '{"on":"2026-11-02"}'
    """
    options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(value, option=options, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def parse_day(text: str) -> date:
    """The day written as `2026-11-02`.

    Raises:
        WrongUse: another form, or a day that does not exist.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(
            what=f"'{text}' is not a day",
            expected="a date such as 2026-11-02",
            do="Correct the date after --on.",
        ) from None


def local_today() -> date:
    """Today on the office's clock."""
    return datetime.now(UTC).astimezone().date()


def utc_now() -> datetime:
    """This instant, for rows of the audit and versions."""
    return datetime.now(UTC)


class Steps:
    """Progress of long work: a bar on a terminal, plain lines otherwise, on standard error."""

    def __init__(self, progress: Progress | None, what: str) -> None:
        self._progress, self._what = progress, what
        self._task = progress.add_task(what, total=None) if progress else None
        self._printed = -1

    def __call__(self, done: int, total: int) -> None:
        """Report that `done` of `total` are finished."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total)
            return
        tenth = done * 10 // max(total, 1)
        if tenth > self._printed:
            self._printed = tenth
            print(f"{self._what}: {done:,} / {total:,}", file=sys.stderr)


@contextmanager
def progress_of(what: str) -> Iterator[Steps]:
    """Show how far long work has come."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Steps(None, what)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        yield Steps(progress, what)


def read_mapping(given: str | None) -> dict[str, str] | None:
    """The user's header mapping: `header=column,...`, or a CSV or JSON file of such pairs.

    Raises:
        WrongUse: neither of the two forms.

    Example:
        >>> read_mapping("工种=title,厂名=employer_name")
        {'工种': 'title', '厂名': 'employer_name'}
    """
    if given is None:
        return None
    file = Path(given)
    try:
        if file.suffix.lower() == ".json" and file.is_file():
            return {
                str(key): str(name) for key, name in json.loads(file.read_text("utf-8")).items()
            }
        text = file.read_text("utf-8-sig") if file.is_file() else given
        separator = "," if file.is_file() else "="
        pairs = text.splitlines() if file.is_file() else text.split(",")
        split = [pair.split(separator, 1) for pair in pairs if pair.strip()]
        return {header.strip(): column.strip() for header, column in split}
    except (ValueError, AttributeError):
        raise WrongUse(
            what=f"--map '{given}' cannot be read",
            expected="'header=column,header=column', or a CSV or JSON file of such pairs",
            do="See 'rengang template' for the column names.",
        ) from None
