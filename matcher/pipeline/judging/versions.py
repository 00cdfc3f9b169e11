"""From which code and law a model came: hashes that a card carries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from matcher.policy.law import SHIPPED_PACKS, pack_files

PACKAGE = Path(__file__).resolve().parents[2]
MAKES_SCORES = ("market", "text", "ranking", "reference")


def law_sha256() -> str:
    """One hash over the law packs: another law is another hash.

    Example:
        >>> len(law_sha256())
        64
    """
    return _hash(SHIPPED_PACKS, pack_files(SHIPPED_PACKS))


def code_sha256() -> str:
    """One hash over the source of the rooms that make features and scores.

    Example:
        >>> code_sha256() == code_sha256()
        True
    """
    files = (file for room in MAKES_SCORES for file in (PACKAGE / room).rglob("*.py"))
    return _hash(PACKAGE, files)


def _hash(root: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
