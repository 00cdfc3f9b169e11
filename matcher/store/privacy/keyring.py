"""The keys of a store: master keys from the environment or a key file, and what is derived of them.

A master key is known by an id that is made from it, so that a wrong key is seen before anything is
read with it. The first of several is the one in use; the others open what they wrote.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from matcher.errors import KeyMissing, WrongUse

KEY_BYTES = 32
ID_BYTES = 8
FILE_NAME = "people.key"
RETIRED_SUFFIX = ".retired"
HEAD = (
    "# Keys of the people of this workspace, the one in use first. Whoever has this file and\n"
    "# the database can read who people are: keep a copy, apart from the backups.\n"
)


@dataclass(frozen=True)
class Master:
    """One master key; each use has a key of its own, derived by HKDF-SHA256 (RFC 5869)."""

    secret: bytes

    def __repr__(self) -> str:
        """The id alone: a key never stands in a trace."""
        return f"Master({self.key_id})"

    @cached_property
    def key_id(self) -> str:
        """By what the key is known: 16 hex digits that tell nothing of it."""
        return self._derived("key id", ID_BYTES).hex()

    @cached_property
    def cipher(self) -> AESGCM:
        """Seals and opens cells."""
        return AESGCM(self._derived("cells v1", KEY_BYTES))

    @cached_property
    def search(self) -> bytes:
        """Makes the tokens that records are found by."""
        return self._derived("search v1", KEY_BYTES)

    @cached_property
    def contents(self) -> bytes:
        """Makes the digests that tell versions of a person's record apart."""
        return self._derived("contents v1", KEY_BYTES)

    def _derived(self, use: str, length: int) -> bytes:
        made = HKDF(algorithm=SHA256(), length=length, salt=None, info=f"rengang {use}".encode())
        return made.derive(self.secret)


class Keyring:
    """The master keys at hand, by id; empty until there are any.

    Args:
        masters: keys, the one in use first.
        file: where they stand, and where a first one is written; None for keys that come from the
            environment, or that live in this process's memory alone.

    Example:
        >>> ring = Keyring([Master(bytes(32))])
        >>> ring.key_ids == (ring.first.key_id,)
        True
    """

    def __init__(self, masters: Iterable[Master] = (), *, file: Path | None = None) -> None:
        self._masters = {each.key_id: each for each in masters}
        self.file = file

    @classmethod
    def of(cls, text: str | None, file: Path | None) -> Self:
        """The keys written in `text`, else those of the file, else none yet.

        Raises:
            WrongUse: a key that is none.
        """
        if text:
            return cls(masters_in(text, where="RENGANG_KEY"))
        ring = cls(file=file)
        ring.reload()
        return ring

    @classmethod
    def in_memory(cls) -> Self:
        """A key that ends with this process, for stores that do."""
        return cls([Master(os.urandom(KEY_BYTES))])

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys at hand, the one in use first."""
        return tuple(self._masters)

    @property
    def first(self) -> Master:
        """The key in use.

        Raises:
            KeyMissing: there is none.
        """
        if not self._masters:
            raise KeyMissing(key_ids=(), file=_shown(self.file))
        return next(iter(self._masters.values()))

    @property
    def masters(self) -> tuple[Master, ...]:
        """The keys at hand, the one in use first."""
        return tuple(self._masters.values())

    def key(self, key_id: str) -> Master:
        """The key of this id; the file is read again where it may have come since.

        Raises:
            KeyMissing: it is not at hand.
        """
        if key_id not in self._masters:
            self.reload()
        if key_id not in self._masters:
            raise KeyMissing(key_ids=(key_id,), file=_shown(self.file))
        return self._masters[key_id]

    def reload(self) -> None:
        """Read the file again, where there is one."""
        if self.file is not None and self.file.exists():
            text = self.file.read_text("ascii", errors="replace")
            found = masters_in(text, where=str(self.file))
            self._masters = {each.key_id: each for each in found}

    def make_first(self) -> Master:
        """The key in use; where there is none, one is made and written to the file.

        Raises:
            KeyMissing: there is neither a key nor a file to write one to.
        """
        if not self._masters:
            if self.file is None:
                raise KeyMissing(key_ids=(), file=None)
            self._write([Master(os.urandom(KEY_BYTES))], new=True)
            self.reload()
        return self.first

    def put_first(self) -> Master:
        """Make one more key and write it before the others: it is the one in use from now on.

        Raises:
            WrongUse: the keys come from the environment, where this process cannot write.
        """
        if self.file is None:
            raise WrongUse(
                what="the keys come from the environment",
                expected="the new key first and the old one after it, with a comma between",
                do="Make one with 'rengang key new', set RENGANG_KEY='NEW,OLD', and repeat.",
            )
        self._write([Master(os.urandom(KEY_BYTES)), *self.masters])
        self.reload()
        return self.first

    def retire(self, key_ids: Iterable[str]) -> Path | None:
        """Move keys that open nothing any more out of the file, into one beside it.

        They still open backups that were made before.

        Returns:
            The file they stand in now; None where the keys come from the environment.
        """
        gone = [self._masters[each] for each in key_ids if each in self._masters]
        if self.file is None or not gone:
            return None
        retired = self.file.with_name(self.file.name + RETIRED_SUFFIX)
        before = masters_in(retired.read_text("ascii"), str(retired)) if retired.exists() else []
        _write_private(retired, [*gone, *before])
        self._write([each for each in self.masters if each not in gone])
        self.reload()
        return retired

    def _write(self, masters: list[Master], *, new: bool = False) -> None:
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        if not new:
            _write_private(self.file, masters)
            return
        try:  # two processes may begin at once: the first one's key stands
            with os.fdopen(os.open(self.file, _NEW, 0o600), "w", encoding="ascii") as handle:
                handle.write(_text(masters))
                handle.flush()
                os.fsync(handle.fileno())
        except FileExistsError:
            return


_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY


def new_key() -> str:
    """A fresh master key as it is written: 32 random bytes in base64."""
    return b64encode(os.urandom(KEY_BYTES)).decode()


def masters_in(text: str, where: str) -> list[Master]:
    """The keys written in a text: base64, one a line or with commas between; `#` begins a remark.

    Raises:
        WrongUse: one of them is no key; the text itself is not repeated.

    Example:
        >>> len(masters_in(new_key() + "," + new_key(), "here"))
        2
    """
    lines = [line.split("#", 1)[0] for line in text.splitlines()]
    words = [word.strip() for line in lines for word in line.split(",") if word.strip()]
    made = []
    for at, word in enumerate(words, start=1):
        try:
            secret = b64decode(word, validate=True)
        except (NotBase64, ValueError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise WrongUse(
                what=f"key {at} in {where}",
                expected="32 bytes in base64 (44 characters)",
                do="Restore the key file, or make a key with 'rengang key new'.",
            )
        made.append(Master(secret))
    return made


def _write_private(file: Path, masters: list[Master]) -> None:
    """Replace a file in one step, readable by its owner only from its first byte."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, _NEW, 0o600), "w", encoding="ascii") as handle:
        handle.write(_text(masters))
        handle.flush()
        os.fsync(handle.fileno())
    unfinished.replace(file)


def _text(masters: list[Master]) -> str:
    lines = [f"{b64encode(each.secret).decode()}  # {each.key_id}\n" for each in masters]
    return HEAD + "".join(lines)


def _shown(file: Path | None) -> str | None:
    return None if file is None else str(file)
