"""Orders of long work on small offices, and workers whose clock a test sets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from matcher.domain.job import JobFile, JobKind, Order
from matcher.domain.scope import Role, Scope
from matcher.pipeline.jobs.worker import Worker
from matcher.settings import Settings
from matcher.store.jobs.jobs import INPUT, LEASE
from matcher.store.store import Store

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
ASKER = Scope(Role.SUPERVISOR, ("",), "import", "u1")


def posts(n: int, *, wage: str = "4000", no_name: bool = False) -> bytes:
    """A file of vacancies; the last one is without its title where that is asked for."""
    rows = [
        f"V{at:05d},保洁员{at % 50},（生成）单位{at % 200},{wage},南通市崇川区,2" for at in range(n)
    ]
    if no_name:
        rows[-1] = "V99999,,（生成）单位,4000,南通市崇川区,2"
    head = "岗位编号,岗位名称,用人单位,薪资,工作地点,人数"
    return "\n".join([head, *rows, ""]).encode()


def import_order(content: bytes, **more: Any) -> Order:
    """Vacancies to be imported."""
    parameters = {"kind": "vacancies", "on": ON.isoformat(), "inputs": 1} | more
    given = JobFile(f"{INPUT}-0", "岗位.csv", "text/csv", content)
    return Order(JobKind.IMPORT, parameters, ASKER, files=(given,))


def match_order(**more: Any) -> Order:
    """Everyone's matches, by the rules."""
    parameters = {"on": ON.isoformat(), "model": "rules", "top": 5} | more
    return Order(JobKind.MATCH_ALL, parameters, ASKER)


def worker_on(store: Store, workspace: Path, *, late: bool = False) -> Worker:
    """A worker; a late one finds every lease run out."""
    shift = LEASE + timedelta(seconds=1) if late else timedelta(0)
    return Worker(store, Settings(workspace=workspace), lambda: datetime.now(UTC) + shift)
