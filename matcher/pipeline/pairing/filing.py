"""A fair's plan as the files of its job: written once, read by whoever shows or keeps the plan."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd

from matcher.allocation.problem import NO_TIER, Problem
from matcher.documents.writing import write_table
from matcher.domain.job import Job, JobFile, JobKind, JobState
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.pairing.fair import FairPlan
from matcher.pipeline.pairing.files import certificate_path, write_plan
from matcher.store.store import Store

PLAN, CERTIFICATE = "plan", "certificate"
LEFT_OUT, PEOPLE, POSTS = "left-out", "people", "posts"
CSV = "text/csv; charset=utf-8"
LATEST = 200
"""How many jobs of one account are looked through for the plans of a fair."""


def plan_files(plan: FairPlan, folder: Path) -> tuple[JobFile, ...]:
    """The plan, its certificate, who was left out and why, and whom and what it was about.

    Args:
        plan: as made.
        folder: an empty one, to write in.
    """
    file = folder / "plan.csv"
    write_plan(file, plan.problem, plan.plan, plan.certificate, plan.conditions)
    beside, reasons = certificate_path(file), file.with_name("plan.left_out.csv")
    tables = {PEOPLE: people_of(plan.problem), POSTS: posts_of(plan.problem)}
    for name, frame in tables.items():
        write_table(folder / f"{name}.csv", frame, mark=False)
    return (
        JobFile(PLAN, file.name, CSV, file.read_bytes()),
        JobFile(CERTIFICATE, beside.name, "application/json", beside.read_bytes()),
        JobFile(LEFT_OUT, reasons.name, CSV, reasons.read_bytes()),
        *(
            JobFile(name, f"{name}.csv", CSV, (folder / f"{name}.csv").read_bytes())
            for name in tables
        ),
    )


def people_of(problem: Problem) -> pd.DataFrame:
    """`person_id`, `tier` (the best by law for a funded post; empty none), `options`, `cap`.

    `options` is to how many posts the person could be sent.
    """
    funded = problem.public_welfare[problem.vacancy_at] & (problem.edge_tier != NO_TIER)
    best = np.full(problem.n_persons, np.iinfo(np.int16).max, dtype=np.int16)
    np.minimum.at(best, problem.person_at[funded], problem.edge_tier[funded])
    tier = pd.Series(best, dtype="Int64")
    return pd.DataFrame(
        {
            "person_id": problem.person_ids,
            "tier": tier.where(tier < np.iinfo(np.int16).max),
            "options": np.bincount(problem.person_at, minlength=problem.n_persons),
            "cap": problem.cap,
        }
    )


def posts_of(problem: Problem) -> pd.DataFrame:
    """`vacancy_id`, `places`, `public_welfare` (0 or 1), `options`: how many could be sent."""
    return pd.DataFrame(
        {
            "vacancy_id": problem.vacancy_ids,
            "places": problem.places,
            "public_welfare": problem.public_welfare.astype(np.int8),
            "options": np.bincount(problem.vacancy_at, minlength=problem.n_vacancies),
        }
    )


def plans_of(store: Store, fair_id: str, actor: str) -> list[Job]:
    """The jobs by which an account had a fair paired, newest first, whatever became of them."""
    found = store.jobs.newest(actor=actor, limit=LATEST)
    return [
        job
        for job in found
        if job.kind is JobKind.PAIR and job.parameters.get("fair_id") == fair_id
    ]


def plan_of(store: Store, job_id: str, actor: str) -> Job:
    """An account's own plan that is done.

    Raises:
        NotFound: no such plan of this account.
        WrongUse: it is not done.
    """
    job = store.jobs.find(job_id)
    if job.kind is not JobKind.PAIR or job.actor != actor:
        raise NotFound(kind="plan", key=job_id)
    if job.state is not JobState.DONE:
        raise WrongUse(
            what=f"the plan {job_id} is {job.state.value}",
            expected="one that is done",
            do="Wait for its job.",
        )
    return job


def plan_rows(store: Store, job_id: str, actor: str) -> pd.DataFrame:
    """The pairings of an account's own plan: `person_id`, `vacancy_id`, `score`.

    Raises:
        NotFound: no such plan of this account.
        WrongUse: it is not done.
    """
    return table_of(store, plan_of(store, job_id, actor), PLAN)


def table_of(store: Store, job: Job, name: str) -> pd.DataFrame:
    """A table that came out of the job of a plan, ids as text, numbers that may miss as Int64.

    Raises:
        NotFound: the job has no such file.
    """
    content = store.jobs.file(job.job_id, name).content
    types = {"person_id": "object", "vacancy_id": "object", "tier": "Int64"}
    return pd.read_csv(io.BytesIO(content), dtype=types)


def certificate_of(store: Store, job: Job) -> Mapping[str, Any]:
    """The certificate of a plan."""
    stated = orjson.loads(store.jobs.file(job.job_id, CERTIFICATE).content)
    assert isinstance(stated, dict)  # noqa: S101  # written by `plan_files`
    return stated
