"""Errors about data that came in."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.errors.root import RengangError


class DataError(RengangError):
    """Something about data that came in."""


class UnreadableFile(DataError):
    """A file that cannot be opened safely or is not what its name says."""

    def __init__(self, *, file: str, found: str, expected: str, do: str) -> None:
        self.file, self.found, self.expected, self.do = file, found, expected, do
        super().__init__(f"{file}: {found}; expected {expected}. {do}")


class UnknownCode(DataError):
    """A code that a code table does not have."""

    def __init__(self, *, code: str, table: str, nearest: Sequence[str] = ()) -> None:
        self.code, self.table, self.nearest = code, table, tuple(nearest)
        hint = f" Nearest: {', '.join(self.nearest)}." if self.nearest else ""
        super().__init__(f"'{code}' is not in the table '{table}'.{hint} Check the code.")


class ImportRefused(DataError):
    """A strict import stopped because rows were refused; nothing was written."""

    def __init__(self, *, file: str, refused: int, report: str | None) -> None:
        self.file, self.refused, self.report = file, refused, report
        where = f" The reasons are in {report}." if report else ""
        super().__init__(
            f"{file}: {refused} row(s) refused and --strict was given, so nothing was imported."
            f"{where} Correct the rows, or import without --strict."
        )


class RowRefused(DataError):
    """One record did not pass the checks of an import; carries every reason, by column."""

    def __init__(self, *, kind: str, problems: Sequence[tuple[str, str]]) -> None:
        self.kind, self.problems = kind, tuple(problems)
        told = "; ".join(f"{column}: {said}" if column else said for column, said in self.problems)
        super().__init__(f"the {kind} record was refused: {told}. Correct it and send it again.")
