"""From the job that made a plan to the day it gives: the plan checked anew, then laid out."""

from __future__ import annotations

from matcher.allocation.problem import read_plan
from matcher.domain.job import Job
from matcher.domain.kinds import Kind
from matcher.errors import BrokenPlan, NotFound
from matcher.pipeline.fairs.programme import Opening, Programme, programme_of
from matcher.pipeline.pairing.fair import ask_of, check_fair
from matcher.pipeline.pairing.filing import PLAN, certificate_of, table_of
from matcher.pipeline.pairing.gathering import fair_problem
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker
from matcher.store.store import Store


def programme_of_job(
    store: Store, snapshot: Snapshot, ranker: Ranker, job: Job, opening: Opening
) -> Programme:
    """The day of a plan, as the records are now.

    Args:
        store: of the fair and the job's files.
        snapshot: of the day of the plan, within the areas of whoever keeps it.
        ranker: the one that scored the plan.
        job: done, as `plan_of` gives it.
        opening: how the day is run.

    Raises:
        NotFound: the fair is there no more.
        BrokenPlan: the records have changed so that the plan does not hold.
        WrongUse: the talks do not fit the opening hours.
    """
    key = str(job.parameters["fair_id"])
    found = store.frame(Kind.FAIRS, [key])
    if found.empty:
        raise NotFound(kind="fair", key=key)
    fair = found.iloc[0].to_dict()
    rows, stated = table_of(store, job, PLAN), certificate_of(store, job)
    checked = check_fair(snapshot, ranker, fair, rows, stated)
    if checked.violations:
        raise BrokenPlan(violations=checked.violations)
    problem, _ = fair_problem(snapshot, ranker, fair, ask_of(stated))
    return programme_of(snapshot, fair, problem, read_plan(problem, rows), opening)
