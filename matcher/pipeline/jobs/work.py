"""What each kind of job does: the same functions that the command line calls."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from matcher.documents.writing import write_table
from matcher.domain.job import JobFile, JobKind
from matcher.domain.kinds import Kind
from matcher.errors import NotFound
from matcher.pipeline.casework.moving import Desk, lapse_referrals
from matcher.pipeline.casework.register.declaring import expire
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.cluster.matching import match_all_on
from matcher.pipeline.importing import ImportRequest, ImportResult, import_files
from matcher.pipeline.jobs.fairness import measure_fairness
from matcher.pipeline.jobs.task import Made, Task
from matcher.pipeline.jobs.undoing import undo_import
from matcher.pipeline.judging.learning import learn
from matcher.pipeline.judging.trials import take_trial
from matcher.pipeline.lists.crowding import match_together
from matcher.pipeline.matching import match_all
from matcher.pipeline.pairing.fair import ask_of, pair_fair
from matcher.pipeline.pairing.filing import plan_files, plan_rows
from matcher.pipeline.previewing import preview_file
from matcher.pipeline.privacy.erasing import erase_due
from matcher.pipeline.privacy.plain import with_plain_lists
from matcher.pipeline.privacy.wishing import not_personalised
from matcher.pipeline.records.writer import Writer
from matcher.pipeline.snapshot import take_snapshot
from matcher.store.batch import Batch

CSV = "text/csv; charset=utf-8"
QUOTED = re.compile("“[^”]*”")
MATCHES, REFUSED = "matches", "refused"
DRAFT, PREVIEW = "draft", "preview"


def do(task: Task) -> Made:
    """Do the job.

    Raises:
        Stopped: it was cancelled, or is another worker's now.
        RengangError: it cannot be done; nothing was written.
    """
    return WORK[task.job.kind](task)


def _import(task: Task) -> Made:
    """Files of one kind into the store; refused rows come back as a file.

    The transaction that writes the records ends the job.
    """
    asked = task.job.parameters
    with _folder() as folder:
        files = tuple(_placed(folder, at, each) for at, each in enumerate(task.inputs()))
        task.progress(0, 0)
        request = ImportRequest(
            kind=Kind(asked["kind"]),
            files=files,
            on=task.on,
            at=task.clock(),
            actor=task.job.actor,
            mapping=asked.get("mapping"),
            strict=bool(asked.get("strict")),
            dry_run=bool(asked.get("dry_run")),
            fresh_consent=bool(asked.get("fresh_consent")),
            errors_to=folder / f"refused-{files[0].name}",
            limits=task.limits,
            writer=Writer(task.job.scope("import"), task.job.employer_id),
            told=partial(_told, task, 2 if asked.get("preview") else 3),
            import_id=task.job.job_id,
        )
        if asked.get("preview"):
            return _previewed(task, request)

        def within(batch: Batch, done: ImportResult) -> None:
            task.end_within(batch, _imported(done))

        done = import_files(task.store, request, within=within)
        return replace(_imported(done), is_kept=not request.dry_run)


def _told(task: Task, steps: int, read: int, checked: int) -> None:
    """Each row is read, checked and, unless it is only looked at, written.

    Writing is one transaction, inside of which nothing can be told: the last third comes at once.

    Raises:
        Stopped: the job was cancelled; nothing is written.
    """
    task.progress(read + checked, steps * read)


def _previewed(task: Task, request: ImportRequest) -> Made:
    """What the import would do; the file stays with the job until it is ordered or forgotten."""
    told = preview_file(task.store, request)
    [given] = task.inputs()
    files = (
        JobFile(DRAFT, given.file_name, given.media_type, given.content),
        JobFile(PREVIEW, "preview.json", "application/json", orjson.dumps(told)),
    )
    return Made({"kind": request.kind.value, "counts": told["counts"]}, files)


def _imported(done: ImportResult) -> Made:
    """What an import did, by the names that its files came under."""
    returned = tuple(
        JobFile(f"{REFUSED}-{at}", file.name, "application/octet-stream", file.read_bytes())
        for at, file in enumerate(done.refused_files)
    )
    # What stood in the rows is in the files that go back, which rest sealed; a result does not.
    examples = [
        {"file": Path(each.file).name, "row": each.row, "reason": QUOTED.sub("“…”", each.reason)}
        for each in done.examples
    ]
    told = {"kind": done.kind.value, "refused_files": [file.file_name for file in returned]}
    return Made(asdict(done) | told | {"examples": examples}, returned)


def _match_all(task: Task) -> Made:
    asked, ranker = task.job.parameters, task.ranker()
    snapshot = take_snapshot(
        task.store, task.job.scope("match"), on=task.on, threads=task.settings.jobs
    )
    top, known = int(asked.get("top", 20)), bool(asked.get("include_known"))
    crowding: dict[str, Any] = {}
    if asked.get("congestion"):
        frame, report = match_together(
            snapshot, ranker, top=top, include_known=known, progress=task.progress
        )
        crowding = {"congestion": asdict(report)}
    else:
        address = task.settings.cluster
        make = match_all if address is None else partial(match_all_on, address)
        frame = make(snapshot, ranker, top=top, include_known=known, progress=task.progress)
    declined = not_personalised(task.store, task.job.scope("match"))
    plain = sorted(each for each in declined if snapshot.has_person(each))
    frame = with_plain_lists(snapshot, frame, plain, top=top, include_known=known)
    people, served = len(snapshot.market.jobseekers), frame["person_id"].nunique()
    result = {"persons": people, "served": served, "rows": len(frame), "model": ranker.name}
    result |= {"not_personalised": len(plain)}
    with _folder() as folder:
        file = folder / "matches.csv"
        write_table(file, frame, mark=False)
        made = JobFile(MATCHES, file.name, CSV, file.read_bytes())
    return Made(result | crowding, (made,))


def _train(task: Task) -> Made:
    asked, shelf = task.job.parameters, task.shelf
    name, seed = str(asked["name"]), int(asked.get("seed", 0))
    shelf.check_free(name, replace=True)
    trial = take_trial(task.store, task.job.scope("train"), on=task.on, seed=seed)
    whole = take_snapshot(
        task.store, task.job.scope("train"), on=task.on, threads=task.settings.jobs
    )
    generated = task.store.meta("demo_city") is not None
    done = learn(
        shelf,
        trial,
        whole,
        name=name,
        seed=seed,
        generated=generated,
        progress=task.progress,
    )
    return Made({"model": name, "promoted": done.promoted, "champion": done.champion})


def _pair(task: Task) -> Made:
    """A fair's plan with its certificate; it is kept as pairings only when that is asked for."""
    fair_id = str(task.job.parameters["fair_id"])
    found = task.store.frame(Kind.FAIRS, [fair_id])
    if found.empty:
        raise NotFound(kind="fair", key=fair_id)
    snapshot = take_snapshot(
        task.store, task.job.scope("fair"), on=task.on, threads=task.settings.jobs
    )
    fair, declined = found.iloc[0].to_dict(), not_personalised(task.store, task.job.scope("fair"))
    ask = ask_of({"ask": task.job.parameters.get("ask", {})}).heeding(fair, declined)
    plan = pair_fair(
        snapshot, task.ranker(), fair, ask, previous=_previous(task), progress=task.progress
    )
    with _folder() as folder:
        files = plan_files(plan, folder)
    result = {
        "fair_id": fair_id,
        "on": plan.on.isoformat(),
        "certificate": dict(plan.certificate),
        "proved": plan.solution.proved,
        "violations": list(plan.violations),
        "not_seeking": plan.not_seeking,
    }
    return Made(result, files)


def _previous(task: Task) -> pd.DataFrame | None:
    """The rows of the plan that this one is to stay close to; None where none is named."""
    named = task.job.parameters.get("previous")
    if named is None:
        return None
    return plan_rows(task.store, str(named), task.job.actor)


def _expire_facts(task: Task) -> Made:
    job = task.job
    hand = Hand(job.scope("expire"), job.actor, job.role, task.on, task.clock())
    return Made({"closed": len(expire(task.store, hand))})


def _lapse_referrals(task: Task) -> Made:
    desk = Desk(task.store, task.job.scope("lapse"), task.job.actor, task.clock())
    return Made({"lapsed": len(lapse_referrals(desk, task.on).events)})


def _seal(task: Task) -> Made:
    return Made({"sealed": task.store.seal(at=task.clock())})


def _retention(task: Task) -> Made:
    """Let go of what need not be kept any more: erased people's records, jobs that ended long ago.

    Each person goes in a transaction of their own: begun again, it goes on where it ended.
    """
    job, at = task.job, task.clock()
    hand = Hand(job.scope("retention"), job.actor, job.role, task.on, at)
    erased = erase_due(task.store, hand)
    before = at - timedelta(days=task.settings.jobs_kept_days)
    task.store.imports.forget(before=before)
    return Made({"erased": len(erased), "jobs": task.store.jobs.forget(ended_before=before)})


WORK: Mapping[JobKind, Callable[[Task], Made]] = {
    JobKind.IMPORT: _import,
    JobKind.UNDO: undo_import,
    JobKind.MATCH_ALL: _match_all,
    JobKind.TRAIN: _train,
    JobKind.PAIR: _pair,
    JobKind.FAIRNESS: measure_fairness,
    JobKind.EXPIRE_FACTS: _expire_facts,
    JobKind.LAPSE_REFERRALS: _lapse_referrals,
    JobKind.SEAL: _seal,
    JobKind.RETENTION: _retention,
}


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rengang-") as folder:
        yield Path(folder)


def _placed(folder: Path, at: int, given: JobFile) -> Path:
    """The file in a folder of its own, under its own name less any path that came with it."""
    place = folder / str(at)
    place.mkdir()
    file = place / (Path(given.file_name.replace("\\", "/")).name or "file.csv")
    file.write_bytes(given.content)
    return file
