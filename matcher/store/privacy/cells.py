"""Cells that rest encrypted: sealed on the way in, opened on the way out, column by column.

A sealed cell is text: the id of its key, a dot, and base64 of nonce, ciphertext and tag of
AES-256-GCM. Table, column and row are authenticated along with it, so that a cell that was moved
elsewhere does not open.
"""

from __future__ import annotations

import os
import re
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from typing import Any

import pandas as pd
from cryptography.exceptions import InvalidTag
from sqlalchemy import Column, Connection, Table

from matcher.errors import BrokenCell
from matcher.store.privacy.keyring import Keyring, Master
from matcher.store.schema.records import Records
from matcher.store.schema.types import Sealed

NONCE_BYTES = 12
KEY_ID_CHARS = 16
OPTION = "keyring"
_IS_KEY_ID = re.compile("[0-9a-f]{16}").fullmatch


def keyring_of(connection: Connection) -> Keyring:
    """The keys that came with the engine of this connection; none where it was opened bare."""
    found = connection.get_execution_options().get(OPTION)
    return found if isinstance(found, Keyring) else Keyring()


def sealed_columns(table: Table) -> list[Column[Any]]:
    """The columns of a table that rest encrypted."""
    return [column for column in table.columns if isinstance(column.type, Sealed)]


def holds_sealed(records: Records) -> bool:
    """Is anything of this kind of record encrypted?"""
    return any(sealed_columns(table) for table in records.parts.values())


def seal_cells(
    master: Master, place: tuple[str, str], rows: Sequence[str], values: Sequence[str | None]
) -> list[str | None]:
    """The cells of one column, sealed; a cell without a value stays empty.

    Args:
        master: the key in use.
        place: names of table and column.
        rows: (n,) the ids of the rows.
        values: (n,) what they say.

    Example:
        >>> master = Master(bytes(32))
        >>> (cell,) = seal_cells(master, ("t", "c"), ["P1"], ["13800001111"])
        >>> open_cells({master.key_id: master}.__getitem__, ("t", "c"), ["P1"], [cell])
        ['13800001111']
    """
    seal, start, head = master.cipher.encrypt, _label(place), f"{master.key_id}."
    nonces = os.urandom(NONCE_BYTES * len(values))
    marks = range(0, len(nonces), NONCE_BYTES)
    return [
        None
        if value is None
        else head
        + b2a_base64(
            (nonce := nonces[at : at + NONCE_BYTES])
            + seal(nonce, value.encode(), start + row.encode()),
            newline=False,
        ).decode()
        for at, row, value in zip(marks, rows, values, strict=True)
    ]


def open_cells(
    key: Any, place: tuple[str, str], rows: Sequence[str], cells: Sequence[str | None]
) -> list[str | None]:
    """What sealed cells of one column say.

    Args:
        key: from a key's id to its `Master`.
        place: names of table and column.
        rows: (n,) the ids of the rows.
        cells: (n,) as they rest.

    Raises:
        KeyMissing: a cell was sealed with a key that is not at hand.
        BrokenCell: a cell was changed, or moved here from elsewhere.
    """
    start = _label(place)
    opened: dict[str, Any] = {}
    said: list[str | None] = []
    for row, cell in zip(rows, cells, strict=True):
        if cell is None:
            said.append(None)
            continue
        key_id, _, text = cell.partition(".")
        if key_id not in opened:
            if not _IS_KEY_ID(key_id):  # a plain value: it is not to stand in a message
                raise BrokenCell(table=place[0], column=place[1], key=row)
            opened[key_id] = key(key_id).cipher.decrypt
        try:
            raw = a2b_base64(text)
            plain = opened[key_id](raw[:NONCE_BYTES], raw[NONCE_BYTES:], start + row.encode())
        except (InvalidTag, NotBase64, ValueError):
            raise BrokenCell(table=place[0], column=place[1], key=row) from None
        said.append(plain.decode())
    return said


def seal_bytes(master: Master, place: tuple[str, str], row: str, content: bytes) -> bytes:
    """A file or an answer that may name people, sealed: key id, nonce, ciphertext and tag.

    Example:
        >>> master = Master(bytes(32))
        >>> kept = seal_bytes(master, ("job_file", "content"), "J1/input", b"name")
        >>> keys = {master.key_id: master}
        >>> open_bytes(keys.__getitem__, ("job_file", "content"), "J1/input", kept)
        b'name'
    """
    nonce = os.urandom(NONCE_BYTES)
    sealed = master.cipher.encrypt(nonce, content, _label(place) + row.encode())
    return master.key_id.encode() + nonce + sealed


def open_bytes(key: Any, place: tuple[str, str], row: str, kept: bytes) -> bytes:
    """What `seal_bytes` was given.

    Raises:
        KeyMissing: it was sealed with a key that is not at hand.
        BrokenCell: it was changed, or moved here from elsewhere.
    """
    key_id = kept[:KEY_ID_CHARS].decode("ascii", "replace")
    if not _IS_KEY_ID(key_id):
        raise BrokenCell(table=place[0], column=place[1], key=row)
    nonce, sealed = kept[KEY_ID_CHARS:][:NONCE_BYTES], kept[KEY_ID_CHARS + NONCE_BYTES :]
    try:
        found: bytes = key(key_id).cipher.decrypt(nonce, sealed, _label(place) + row.encode())
    except (InvalidTag, ValueError):
        raise BrokenCell(table=place[0], column=place[1], key=row) from None
    return found


def sealed_frame(master: Master, records: Records, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the columns of this kind that rest encrypted sealed."""
    made = {}
    rows = frame[records.key.name].tolist()
    for table in records.parts.values():
        for column in sealed_columns(table):
            if column.name in frame and frame[column.name].notna().any():
                values = _texts(frame[column.name])
                made[column.name] = _series(
                    seal_cells(master, (table.name, column.name), rows, values), frame.index
                )
    return frame.assign(**made)


def opened_frame(
    connection: Connection, columns: Sequence[Any], frame: pd.DataFrame
) -> pd.DataFrame:
    """The frame of these columns with every sealed one opened."""
    ring = keyring_of(connection)
    made = {}
    for column in columns:
        is_sealed = isinstance(getattr(column, "type", None), Sealed)
        if is_sealed and frame[column.name].notna().any():
            (key,) = column.table.primary_key.columns
            place = (column.table.name, column.name)
            cells = _texts(frame[column.name])
            opened = open_cells(ring.key, place, frame[key.name].tolist(), cells)
            made[column.name] = _series(opened, frame.index)
    return frame.assign(**made) if made else frame


def _label(place: tuple[str, str]) -> bytes:
    return "\x1f".join((*place, "")).encode()


def _texts(series: pd.Series[Any]) -> list[str | None]:
    values: list[str | None] = series.array.to_numpy(dtype=object, na_value=None).tolist()
    return values


def _series(values: list[str | None], index: pd.Index[Any]) -> pd.Series[Any]:
    return pd.Series(pd.array(values, dtype="str"), index=index)
