"""A market as files that every process of the service maps instead of building its own.

What is kept are the arrays of the market: codes, numbers and days, ids, and the words of profiles
and posts. Of health there is the position in a code list, as screening reads it. No name, identity
number, telephone or address of a person is in a market, and so none is on the disk.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Csr, Jobseekers, Market, Places, Standing, Terms, Vacancies

HEAD = "market.json"
"""Written last but the folder's own name: a folder without it is not whole."""

FORMAT = 1

WORTH_MAPPING = 1 << 16
"""Bytes from which an array is mapped and not read."""

KEPT = 4
"""Markets of which there are files at once: areas and days asked about last."""

PARTS: dict[str, type[Any]] = {
    "jobseekers": Jobseekers,
    "standing": Standing,
    "vacancies": Vacancies,
    "terms": Terms,
}
NESTED: dict[str, type[Any]] = {"Csr": Csr, "Places": Places}


def save_market(market: Market, folder: Path, version: int) -> Path:
    """Write a market as a version of this folder; readers see all of it or nothing.

    Args:
        market: of a day.
        folder: of this market's versions, made where it is missing, for its owner alone.
        version: a number that grows.

    Returns:
        The folder of the version. Older ones are removed, so that nobody who was erased stays on
        the disk, and so are markets that were not built lately; whoever mapped them reads on.
    """
    place = folder / f"{version:020d}"
    if place.exists():
        return place
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f".{uuid4().hex}"
    unfinished.mkdir(mode=0o700)
    for name, value in _leaves(market):
        _write(unfinished / name, value)
    head = {"format": FORMAT, "on": market.on.isoformat()}
    _write_bytes(unfinished / HEAD, json.dumps(head).encode())
    try:
        unfinished.rename(place)
    except OSError:  # another process was quicker; its version is as good
        shutil.rmtree(unfinished, ignore_errors=True)
    beside = [each for each in folder.parent.iterdir() if each != folder and _versions(each)]
    latest = sorted(beside, key=lambda each: each.stat().st_mtime, reverse=True)
    for old in (*_versions(folder)[:-1], *latest[KEPT - 1 :]):
        shutil.rmtree(old, ignore_errors=True)
    return place


def newest_version(folder: Path) -> int | None:
    """The newest version that is whole; None where there is none."""
    found = [place for place in _versions(folder) if (place / HEAD).is_file()]
    return int(found[-1].name) if found else None


def load_market(folder: Path, version: int) -> Market | None:
    """A version, its numbers mapped from the disk; None if it is gone."""
    place = folder / f"{version:020d}"
    try:
        head = json.loads((place / HEAD).read_bytes())
        if head["format"] != FORMAT:
            return None
        parts = {name: _read(place, name, kind) for name, kind in PARTS.items()}
    except FileNotFoundError:
        return None
    return Market(on=date.fromisoformat(head["on"]), **parts)


def _versions(folder: Path) -> list[Path]:
    return sorted(place for place in folder.glob("[0-9]" * 20) if place.is_dir())


def _leaves(market: Market) -> Iterator[tuple[str, Any]]:
    """Every array of the market by the path of its fields."""
    for part in PARTS:
        yield from _leaves_of(part, getattr(market, part))


def _leaves_of(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _leaves_of(f"{name}.{each.name}", getattr(value, each.name))
    else:
        yield name, value


def _write(file: Path, value: Any) -> None:
    if isinstance(value, np.ndarray) and value.dtype != object:
        with _for_owner(file.with_name(f"{file.name}.npy")) as handle:
            np.save(handle, value, allow_pickle=False)
    else:
        words = np.asarray(list(value), dtype=object)
        _write_bytes(file.with_name(f"{file.name}.txt"), _text(words.tolist()))


def _text(words: list[Any]) -> bytes:
    return json.dumps(words, ensure_ascii=False).encode()


def _write_bytes(file: Path, content: bytes) -> None:
    with _for_owner(file) as handle:
        handle.write(content)


def _for_owner(file: Path) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _read(place: Path, name: str, kind: type[Any]) -> Any:
    """One record of arrays, field by field."""
    values: dict[str, Any] = {}
    for each in fields(kind):
        path = f"{name}.{each.name}"
        nested = NESTED.get(str(each.type))
        values[each.name] = _read(place, path, nested) if nested else _array(place, path)
    if kind is Terms:
        values["words"] = tuple(values["words"])
    return kind(**values)


def _array(place: Path, name: str) -> NDArray[Any]:
    file = place / f"{name}.npy"
    if not file.exists():
        return np.array(json.loads((place / f"{name}.txt").read_bytes()), dtype=object)
    if file.stat().st_size < WORTH_MAPPING:
        small: NDArray[Any] = np.load(file, allow_pickle=False)
        return small
    # Copy on write: compiled code wants arrays that could be written, and nobody writes them.
    return np.asarray(np.load(file, mmap_mode="c", allow_pickle=False))
