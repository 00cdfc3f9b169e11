"""A file on its way in: checked by one job, kept with it, taken in by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from api.auth.callers import Caller
from api.deps import today_of
from matcher.domain.job import Job, JobFile, JobKind, Order
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import NotAllowed, NotFound, WrongUse
from matcher.ingest.reading.headings import EXTRA, WORDING_COLUMNS, check_mapping, facts_of
from matcher.pipeline.jobs.work import DRAFT, PREVIEW
from matcher.reference.columns import columns
from matcher.store.imports.undoing import Reach
from matcher.store.jobs.jobs import INPUT
from matcher.store.store import Store

KINDS = (
    *(Kind.VACANCIES, Kind.PERSONS, Kind.HOUSEHOLDS, Kind.EMPLOYERS, Kind.OUTCOMES),
    *(Kind.PLACEMENTS, Kind.REFUSALS, Kind.COURSES, Kind.FAIRS, Kind.CASES),
)
REMEMBERED = "headings"


def kinds_of(caller: Caller) -> tuple[Kind, ...]:
    """What a caller may take in: an employer vacancies alone."""
    return (Kind.VACANCIES,) if caller.account.role is Role.EMPLOYER else KINDS


def refuse_foreign(caller: Caller, kind: Kind) -> None:
    """An employer lists vacancies, an organiser everything about fairs, not people's files.

    Raises:
        NotAllowed: the kind is not one that the caller takes in.
    """
    if caller.account.role is Role.EMPLOYER and kind is not Kind.VACANCIES:
        raise NotAllowed(what=f"importing {kind.value}", roles=["caseworker", "supervisor"])


def own_import(
    store: Store, caller: Caller, job_id: str, kinds: Sequence[JobKind] = (JobKind.IMPORT,)
) -> Job:
    """The import, checked or done, that this account ordered.

    Raises:
        NotFound: there is none of this number, or it is another's.
    """
    job = store.jobs.find(job_id)
    if job.kind not in kinds or job.actor != caller.account.username:
        raise NotFound(kind="import", key=job_id)
    return job


def is_check(job: Job) -> bool:
    """Is it only looked at what would become of the file?"""
    return bool(job.parameters.get("preview"))


def check(
    store: Store,
    caller: Caller,
    kind: Kind,
    file: JobFile,
    mapping: Mapping[str, str],
    *,
    before: str | None = None,
) -> Job:
    """Order a look at what would become of a file; `before` is the look before a change."""
    parameters = _parameters(store, kind, mapping) | {"dry_run": True, "preview": True}
    if before is not None:
        parameters["before"] = before
    return store.jobs.order(_order(caller, parameters, file), at=caller.at)


def take_in(store: Store, caller: Caller, job: Job) -> Job:
    """Order the import of a file that was looked at; asked for twice it is done once."""
    kind = Kind(job.parameters["kind"])
    parameters = _parameters(store, kind, mapping_of(job)) | {"looked": job.job_id}
    order = _order(caller, parameters, draft_of(store, job), key=f"import of {job.job_id}")
    return store.jobs.order(order, at=caller.at)


def reach_of(caller: Caller) -> Reach:
    """Which records the caller may take back."""
    return Reach(caller.scope, caller.account.employer_id)


def undo(store: Store, caller: Caller, job: Job) -> Job:
    """Order that an import be taken back.

    Raises:
        NotFound: it wrote nothing that is still known.
    """
    store.imports.actor(job.job_id)
    parameters = {"import_id": job.job_id, "kind": job.parameters["kind"]}
    order = Order(JobKind.UNDO, parameters, caller.scope, employer_id=caller.account.employer_id)
    return store.jobs.order(order, at=caller.at)


def draft_of(store: Store, job: Job) -> JobFile:
    """The file of a look.

    Raises:
        NotFound: the look has not ended, or was forgotten.
    """
    return store.jobs.file(job.job_id, DRAFT)


def preview_of(store: Store, job: Job) -> dict[str, Any]:
    """What the look found.

    Raises:
        NotFound: the look has not ended, or was forgotten.
    """
    found: dict[str, Any] = orjson.loads(store.jobs.file(job.job_id, PREVIEW).content)
    return found


def mapping_of(job: Job) -> dict[str, str]:
    """The headings that were mapped by hand."""
    return dict(job.parameters.get("mapping") or {})


def remembered(store: Store, caller: Caller, kind: Kind) -> dict[str, str]:
    """The headings that this account mapped before."""
    kept = store.views.of(caller.account.username, _list_of(kind))
    found: dict[str, str] = orjson.loads(kept[0].query) if kept else {}
    try:
        check_mapping(kind, found)
    except WrongUse:  # a column that there was then and is no more
        return {}
    return found


def remember(store: Store, caller: Caller, kind: Kind, mapping: Mapping[str, str]) -> None:
    """Keep the headings for the next file; too many to keep are not kept."""
    text = orjson.dumps(dict(mapping)).decode()
    try:
        store.views.keep(caller.account.username, _list_of(kind), REMEMBERED, text)
    except WrongUse:
        return


def targets(kind: Kind, *, is_zh: bool) -> list[tuple[str, str]]:
    """What a heading may be mapped to, each with its words."""
    made = [
        (each.name, each.zh if is_zh else each.name.replace("_", " ")) for each in columns(kind)
    ]
    named = {name for name, _ in made}
    made += [(name, name.replace("_", " ")) for name in WORDING_COLUMNS.get(kind, ())]
    facts = [each for each in facts_of(kind).values() if each.name not in named]
    made += [(each.name, each.zh if is_zh else each.name.replace("_", " ")) for each in facts]
    return made


def new_mapping(
    found: Mapping[str, Any], before: Mapping[str, str], chosen: Mapping[int, str]
) -> dict[str, str]:
    """The mapping after a choice for headings by position: what was recognised anyway stays out.

    Example:
        >>> found = {"headings": ["工种", "薪资"], "recognised": {"薪资": "wage"}}
        >>> new_mapping(found, {}, {0: "title", 1: "wage"})
        {'工种': 'title'}
        >>> new_mapping(found, {}, {0: "", 1: ""})
        {'薪资': 'extra'}
    """
    made = dict(before)
    for at, heading in enumerate(found["headings"]):
        now = found["recognised"].get(heading, "")
        wanted = chosen.get(at, now)
        if wanted != now:
            made[heading] = wanted or EXTRA
    return made


def _parameters(store: Store, kind: Kind, mapping: Mapping[str, str]) -> dict[str, Any]:
    on = today_of(store).isoformat()
    return {"kind": kind.value, "on": on, "mapping": dict(mapping) or None, "inputs": 1}


def _order(
    caller: Caller, parameters: Mapping[str, Any], file: JobFile, key: str | None = None
) -> Order:
    given = JobFile(f"{INPUT}-0", file.file_name, file.media_type, file.content)
    own = caller.account.employer_id
    return Order(JobKind.IMPORT, parameters, caller.scope, employer_id=own, key=key, files=(given,))


def _list_of(kind: Kind) -> str:
    return f"imports-{kind.value}"
