"""Small files as offices and crawls have them, made for the tests; nobody in them is real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from matcher.domain.kinds import Kind
from matcher.ingest import Batch, read_files

ON = date(2026, 11, 2)


def csv_file(folder: Path, text: str, *, name: str = "t.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def read(folder: Path, kind: Kind, text: str, **options: Any) -> Batch:
    return read_files(kind, [csv_file(folder, text)], on=ON, **options)


def one(batch: Batch) -> Mapping[str, Any]:
    """The only accepted record, missing values as None."""
    assert len(batch.accepted) == 1, batch.refused["reason"].tolist()
    record = batch.accepted.iloc[0].astype(object)
    return record.where(record.notna(), None).to_dict()
