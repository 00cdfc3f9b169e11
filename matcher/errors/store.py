"""Errors about where records rest."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.errors.root import RengangError


class StoreError(RengangError):
    """Something about where records rest."""


class NotFound(StoreError):
    """No such record, or none that this scope may see: the two look the same."""

    def __init__(self, *, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"no {kind} '{key}' here. Check the number, or import the {kind} first.")


class AlreadyThere(StoreError):
    """A record of this number exists and was not to be replaced."""

    def __init__(self, *, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(
            f"{kind} '{key}' is on record already. Nothing was changed; "
            "edit that record, or give the new one another number."
        )


class Conflict(StoreError):
    """The record changed since it was read."""

    def __init__(self, *, kind: str, key: str, expected: int, found: int) -> None:
        self.kind, self.key, self.expected, self.found = kind, key, expected, found
        super().__init__(
            f"{kind} '{key}' was changed by someone else (version {found}, you have {expected}). "
            "Read it again and repeat the change."
        )


class SchemaMismatch(StoreError):
    """The database was written by another version of the service."""

    def __init__(self, *, found: str | None, needed: str) -> None:
        self.found, self.needed = found, needed
        super().__init__(
            f"the database has schema {found or 'none'}, this version needs {needed}. "
            "Run 'rengang db upgrade' after a backup."
        )


class StoreBusy(StoreError):
    """Another process holds the write lock for longer than we wait."""

    def __init__(self, *, waited_s: float) -> None:
        self.waited_s = waited_s
        super().__init__(
            f"another import or edit has been writing for over {waited_s:g} s. "
            "Nothing was changed; try again when it has finished."
        )


class StoreUnusable(StoreError):
    """The database cannot be opened, read or written; carries the engine's own reason."""

    def __init__(self, *, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"the database cannot be used: {reason}. Nothing was changed. "
            "Check its address, the free space and the permissions, or restore a backup."
        )


class LeaseLost(StoreError):
    """A worker wrote for a job that is another's now, or has ended; what it wrote is undone."""

    def __init__(self, *, job: str) -> None:
        self.job = job
        super().__init__(
            f"job {job} is another worker's now, or has ended. Nothing was written by this one; "
            "read the job to see how far it is."
        )


class BrokenReferences(StoreError):
    """A migration left rows that point to rows that are gone; it was undone."""

    def __init__(self, *, after: str, problems: Sequence[str]) -> None:
        self.after, self.problems = after, tuple(problems)
        super().__init__(
            f"migration to {after} would break {len(self.problems)} reference(s), first: "
            f"{self.problems[0]}. Nothing was changed; report this with the version you came from."
        )


class KeyMissing(StoreError):
    """The key that people's data rest under is not at hand, or it is another one."""

    def __init__(self, *, key_ids: Sequence[str], file: str | None) -> None:
        self.key_ids, self.file = tuple(key_ids), file
        named = f"key {', '.join(self.key_ids)}" if self.key_ids else "a key"
        place = f"put the key file back at {file}, or set" if file else "set"
        super().__init__(
            f"names, numbers and health rest encrypted, and {named} is not at hand. Nothing was "
            f"changed; {place} RENGANG_KEY to the key that this database was written with."
        )


class BrokenCell(StoreError):
    """An encrypted cell does not open: it was changed, or moved from another row or column."""

    def __init__(self, *, table: str, column: str, key: str) -> None:
        self.table, self.column, self.key = table, column, key
        super().__init__(
            f"{column} of {key} in {table} was changed or moved behind the store. Run "
            "'rengang doctor', and restore that record from a backup."
        )
