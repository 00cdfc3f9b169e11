"""What a file really is, by its first bytes, and in which encoding its text stands."""

from __future__ import annotations

from pathlib import Path

import charset_normalizer
import pyarrow as pa

from matcher.documents.reading.table import MIB, Format, Limits
from matcher.errors import UnreadableFile

TABLES = "a table as CSV (UTF-8 or GBK), XLSX or JSON"
SAVE_AGAIN = "Open it in Excel or WPS and save it as .xlsx, or as CSV UTF-8."

_SAMPLE = 65_536
_GUESS_SAMPLE = 1_000_000
_NOT_TABLES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_EMPTY_ARCHIVE = b"PK\x05\x06"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))


def check_size(path: Path, limits: Limits) -> None:
    """Refuse a file that is missing, empty or too large before a byte of it is read.

    Raises:
        UnreadableFile: with the size found and the size allowed.
    """
    if not path.is_file():
        raise UnreadableFile(
            file=path.name, found="there is no such file", expected=TABLES, do="Check the path."
        )
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile(
            file=path.name,
            found="the file is empty (0 bytes)",
            expected=TABLES,
            do="Export the table again.",
        )
    if size > limits.file_mb * MIB:
        raise UnreadableFile(
            file=path.name,
            found=f"the file has {size / MIB:,.0f} MiB",
            expected=f"at most {limits.file_mb:,} MiB",
            do="Split it into several files.",
        )


def format_of(path: Path) -> Format:
    """The form of the file by its content; its name does not count.

    Raises:
        UnreadableFile: it is something else than a table.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if head.startswith(_WORKBOOKS):
        return Format.WORKBOOK
    for magic, what in _NOT_TABLES:
        if head.startswith(magic):
            raise not_a_table(path, f"the content is {what}")
    if head.startswith(_EMPTY_ARCHIVE):
        raise not_a_table(path, "the content is an empty archive")
    is_utf_16 = head.startswith((_BOMS[1][0], _BOMS[2][0]))
    if not is_utf_16 and head.translate(None, _CONTROL) != head:
        raise not_a_table(path, "the content is binary, not text")
    return _text_format(path, head)


def not_a_table(path: Path, found: str) -> UnreadableFile:
    """The refusal of a file that is no table at all."""
    return UnreadableFile(file=path.name, found=found, expected=TABLES, do=SAVE_AGAIN)


def _text_format(path: Path, head: bytes) -> Format:
    plain = head.removeprefix(_BOMS[0][0]).lstrip().lower()
    if plain.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")):
        raise not_a_table(path, "the content is a web page (HTML or XML), whatever its name says")
    if plain.startswith(b"["):
        return Format.JSON_ARRAY
    return Format.JSON_LINES if plain.startswith(b"{") else Format.CSV


def decode(path: Path, content: bytes) -> tuple[bytes, str]:
    """The content as UTF-8 bytes without byte order mark, and the encoding it stood in.

    Strict UTF-8 first, then GB18030 (which covers GBK and GB2312), then a guess by
    charset-normalizer over the first megabyte.

    Raises:
        UnreadableFile: no encoding fits every byte.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _recode(path, content, encoding), encoding.removesuffix("-sig")
    if _is_utf_8(content):
        return content, "utf-8"
    try:
        return content.decode("gb18030").encode("utf-8"), "gb18030"
    except UnicodeDecodeError:
        pass
    guess = charset_normalizer.from_bytes(content[:_GUESS_SAMPLE]).best()
    if guess is None:
        raise not_a_table(path, "the text is in no encoding that we know")
    return _recode(path, content, guess.encoding), guess.encoding


def _is_utf_8(content: bytes) -> bool:
    """Strictly; pyarrow looks at the bytes without making a text of them."""
    try:
        pa.array([content], pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _recode(path: Path, content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).encode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError) as problem:
        raise not_a_table(
            path, f"byte {problem.start + 1:,} cannot be read as {encoding.upper()}"
        ) from None
