"""Import of vacancies from CSV with validation, against a bare SQLAlchemy Core bulk insert.

Both write the same columns to a fresh SQLite file in the same run; the peer gets its records ready
made and checks nothing. Target: at least half the peer's rate.

    python benchmarks/import_rate.py --rows 1000000
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from sqlalchemy import Column, MetaData, Table, Text, create_engine

from matcher.documents.tables import Limits
from matcher.domain.kinds import Kind
from matcher.ingest import Batch, read_files
from matcher.reference.paths import path
from matcher.store.store import Store

ON = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TARGET = 0.5
CHUNK = 50_000


def vacancies(rows: int, seed: int) -> pd.DataFrame:
    """Generated postings as an office's CSV holds them: Chinese headings, wordings, codes."""
    rng = np.random.default_rng(seed)
    with path("occupations", "titles.csv").open(encoding="utf-8", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    places = [
        "江苏省南通市崇川区",
        "江苏省南通市海门区",
        "江苏省苏州市姑苏区",
        "浙江省杭州市西湖区",
    ]

    def one_of(words: Sequence[str]) -> np.ndarray:
        return np.array(words, dtype=object)[rng.integers(0, len(words), rows)]

    days = [(ON - timedelta(days=back)).isoformat() for back in range(120)]
    ends = [(ON + timedelta(days=ahead)).strftime("%Y.%m.%d") for ahead in range(60)]
    number = np.arange(rows).astype(str).astype(object)
    return pd.DataFrame(
        {
            "岗位编号": "V" + number,
            "岗位名称": one_of(titles) + one_of(["", "", "（早班）", "（急聘）", "（包住）"]),
            "用人单位": "（生成）第" + one_of([str(n) for n in range(50_000)]) + "号单位",
            "联系电话": "0513-8" + one_of([f"{n:07d}" for n in range(40_000)]),
            "招聘人数": one_of(["1", "2", "3人", "5", "10", "若干"]),
            "薪资": one_of(
                ["4-6千/月", "2800-3500元/月", "1-1.5万", "面议", "3000元/月", "5-8千·13薪"]
            ),
            "工作地点": one_of(places),
            "用工形式": one_of(["全日制", "非全日制", "临时"]),
            "学历要求": one_of(["不限", "初中", "高中", "大专及以上", "本科"]),
            "工作经验": one_of(["无需经验", "1年以上", "3-4年"]),
            "技能要求": one_of(["保洁；护理", "电工证", "叉车", "缝纫、整烫", "办公软件"]),
            "发布日期": one_of(days),
            "截止日期": one_of(ends),
            "公益性岗位": one_of(["是", "否", "否", "否"]),
        }
    )


@dataclass
class Spent:
    """Wall-clock and processor seconds of the parts of one job."""

    wall: float = 0.0
    processor: float = 0.0

    @contextmanager
    def on(self) -> Iterator[None]:
        """Add what the block takes."""
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.processor:.1f} s of processor)"


def bulk_insert(frame: pd.DataFrame, file: Path) -> Spent:
    """What SQLAlchemy Core needs to insert the records, made ready beforehand."""
    engine = create_engine(f"sqlite:///{file}")
    metadata = MetaData()
    table = Table("vacancy", metadata, *(Column(f"c{at}", Text) for at in range(frame.shape[1])))
    metadata.create_all(engine)
    plain = frame.set_axis([f"c{at}" for at in range(frame.shape[1])], axis=1)
    spent = Spent()
    connection = engine.connect()
    for start in range(0, len(plain), CHUNK):
        records = plain.iloc[start : start + CHUNK].to_dict("records")
        with spent.on():
            connection.execute(table.insert(), records)
    with spent.on():
        connection.commit()
    connection.close()
    engine.dispose()
    return spent


def whole_import(source: Path, database: Path) -> tuple[Spent, Spent, Batch]:
    """What it takes to read and check, what to write, and what was read."""
    read, written = Spent(), Spent()
    with read.on():
        batch = read_files(Kind.VACANCIES, [source], on=ON, limits=Limits(file_mb=4_000))
    with (
        Store.open(f"sqlite:///{database}", create=True) as store,
        written.on(),
        store.writing(actor="benchmark", at=AT) as writing,
        writing.importing("benchmark", Kind.VACANCIES),  # so that it can be undone
    ):
        if batch.employers is not None:
            writing.upsert(Kind.EMPLOYERS, batch.employers)
        writing.upsert(Kind.VACANCIES, batch.accepted)
    return read, written, batch


def main() -> int:
    """Measure both and print the ratio; exit 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20261102)
    given = parser.parse_args()
    frame = vacancies(given.rows, given.seed)
    with TemporaryDirectory() as folder:
        source = Path(folder, "vacancies.csv")
        frame.to_csv(source, index=False)
        peer = bulk_insert(frame, Path(folder, "peer.sqlite"))
        read, written, batch = whole_import(source, Path(folder, "ours.sqlite"))
        stored = bulk_insert(batch.accepted, Path(folder, "stored.sqlite"))
    ours = read.wall + written.wall
    ratio = peer.wall / ours
    of_processor = peer.processor / (read.processor + written.processor)
    print(f"rows {given.rows:,}, columns {frame.shape[1]}, counts {batch.counts}")
    print(f"peer, bare SQLAlchemy Core insert: {peer}, {given.rows / peer.wall:,.0f} rows/s")
    print(f"ours, read and check {read} + write {written}, {given.rows / ours:,.0f} rows/s")
    wide = stored.wall / ours
    print(
        f"ratio to an insert of all {batch.accepted.shape[1]} columns stored ({stored}): {wide:.2f}"
    )
    print(f"ratio {ratio:.2f} (target {TARGET}); by processor time {of_processor:.2f}")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
