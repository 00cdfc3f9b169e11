"""Who vouches for a model's files: the workspace's key, and what it signs.

The key file is made once, readable by its owner alone. From it a key for this purpose alone is
derived, so that other uses of the file learn nothing about signatures.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from matcher.errors import UnreadableFile

KEY_FILE = "rengang.key"
KEY_BYTES = 32
OWNER_ONLY = 0o600
_PURPOSE = b"rengang model registry v1"


def workspace_key(workspace: Path) -> bytes:
    """The secret of a workspace, 32 bytes.

    Raises:
        FileNotFoundError: there is none.
        UnreadableFile: the key file is not one.
    """
    file = workspace / KEY_FILE
    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UnreadableFile(
            file=KEY_FILE,
            found="not a key",
            expected=f"{KEY_BYTES} bytes in hexadecimal, as the first run wrote them",
            do="Put the kept copy of the key file back; without it models must be trained again.",
        )
    return key


def made_key(workspace: Path) -> bytes:
    """The secret of a workspace, made where there is none yet.

    It is written aside and linked into place, so that two first runs end with one key.

    Raises:
        UnreadableFile: the key file is not one.
    """
    file = workspace / KEY_FILE
    if not file.exists():
        workspace.mkdir(parents=True, exist_ok=True)
        _link_new_key(file)
    return workspace_key(workspace)


def _link_new_key(file: Path) -> None:
    aside = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as made:
            made.write(secrets.token_hex(KEY_BYTES) + "\n")
            made.flush()
            os.fsync(made.fileno())
        try:
            file.hardlink_to(aside)
        except FileExistsError:
            return
    finally:
        aside.unlink()


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one spelling of a value that is hashed and signed: sorted keys, UTF-8.

    Example:
        >>> canonical({"b": 1, "a": "岗"}).decode()
        '{"a":"岗","b":1}'
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def sha256(content: bytes) -> str:
    """The hash of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def signature(key: bytes, kind: str, content: bytes) -> str:
    """HMAC-SHA-256 of some bytes as a thing of a kind, by the key of this purpose.

    Args:
        key: of the workspace.
        kind: what the bytes are; a signature of one kind is none of another.
        content: the bytes.

    Source:
        RFC 2104 (HMAC), RFC 5869 (HKDF).

    Example:
        >>> one = signature(bytes(32), "manifest", b"x")
        >>> one == signature(bytes(32), "manifest", b"x"), one == signature(bytes(32), "card", b"x")
        (True, False)
    """
    own = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(key)
    return hmac.new(own, kind.encode() + b"\0" + content, hashlib.sha256).hexdigest()


def is_signed(key: bytes, kind: str, content: bytes, given: str) -> bool:
    """Is this the signature of these bytes; compared in constant time."""
    return hmac.compare_digest(signature(key, kind, content), given)
