"""An import taken back as a job: all of it in the transaction that ends the job."""

from __future__ import annotations

from dataclasses import replace

from matcher.pipeline.jobs.task import Made, Task
from matcher.store.imports.undoing import Reach

MOST_TOLD = 200
"""So many records that stay are named in the result of the job."""


def undo_import(task: Task) -> Made:
    """What the import made goes, what it changed is as before, what was used since stays.

    Raises:
        NotFound: there is no such import, or it is too long ago.
    """
    task.progress(0, 1)
    reach = Reach(task.job.scope("import"), task.job.employer_id)
    with task.store.writing(actor=task.job.actor, at=task.clock()) as batch:
        done = batch.undo(str(task.job.parameters["import_id"]), reach=reach)
        told = done.told()
        told |= {"records": told["records"][:MOST_TOLD], "again": done.again}
        made = Made(told)
        task.end_within(batch, made)
    return replace(made, is_kept=True)
