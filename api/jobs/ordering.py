"""How routes order work that takes long, and who may look at it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Response

from api.auth.callers import Caller
from api.jobs.schemas import JobOut
from api.protocol.problems import Refusal
from matcher.domain.job import Job, JobFile, JobKind, Order
from matcher.errors import NotFound
from matcher.store.store import Store

LONGEST_KEY = 200


def ordered(
    store: Store,
    caller: Caller,
    kind: JobKind,
    parameters: Mapping[str, Any],
    response: Response,
    *,
    files: tuple[JobFile, ...] = (),
    key: str | None = None,
) -> JobOut:
    """Put the work on the list and answer 202: `Location` is where its progress is read.

    Raises:
        Refusal: the key was given before, for other work.
    """
    if files:
        parameters = {**parameters, "digest": _digest(files)}
    order = Order(
        kind,
        parameters,
        caller.scope,
        employer_id=caller.account.employer_id,
        key=key[:LONGEST_KEY] if key else None,
        files=files,
    )
    job = store.jobs.order(order, at=caller.at)
    if _asked(job.parameters) != _asked(parameters):
        raise Refusal("KeyReused", 422)
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/jobs/{job.job_id}"
    return JobOut.of(job, store.jobs.files(job.job_id))


def _digest(files: tuple[JobFile, ...]) -> str:
    """What tells files of one order from those of another."""
    made = blake2b(digest_size=16)
    for each in files:
        made.update(len(each.content).to_bytes(8) + each.content)
    return made.hexdigest()


def _asked(parameters: Mapping[str, Any]) -> Any:
    """What was asked for, as it is kept; the day is the service's where none was named."""
    return orjson.loads(orjson.dumps({k: v for k, v in parameters.items() if k != "on"}))


def job_seen(store: Store, caller: Caller, job_id: str) -> Job:
    """The job, if the caller may know of it.

    Raises:
        NotFound: it may not, or it is not there.
    """
    job = store.jobs.find(job_id)
    if not job.is_seen_by(caller.scope):
        raise NotFound(kind="job", key=job_id)
    return job
