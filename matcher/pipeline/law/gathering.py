"""What was done about people, gathered from the store."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.policy.recorded.beside import Dealings
from matcher.store.store import Store


def dealings_of_all(store: Store, scope: Scope) -> Dealings:
    """What was done about everyone within the scope; each kind is read once."""
    return _with_employers(
        store,
        placements=store.placements(scope),
        refusals=store.refusals(scope),
        cases=store.cases(scope),
    )


def dealings_of(
    store: Store,
    scope: Scope,
    person_ids: Iterable[str],
    household_ids: Iterable[str],
    *,
    placements: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
) -> Dealings:
    """What was done about these people and households.

    Args:
        store: where the records rest.
        scope: who reads.
        person_ids: of whom.
        household_ids: whose cases count beside the persons' own.
        placements: those that a question names, in place of all that are stored.
        cases: likewise.
    """
    people = list(person_ids)
    if placements is None:
        placements = store.placements(scope, person_ids=people)
    if cases is None:
        of_people = store.cases(scope, people, about=Kind.PERSONS)
        of_homes = store.cases(scope, household_ids, about=Kind.HOUSEHOLDS)
        both = pd.concat([of_people, of_homes], ignore_index=True)
        cases = both.drop_duplicates("case_id").sort_values("case_id", ignore_index=True)
    refusals = store.refusals(scope, people)
    return _with_employers(store, placements=placements, refusals=refusals, cases=cases)


def _with_employers(
    store: Store, *, placements: pd.DataFrame, refusals: pd.DataFrame, cases: pd.DataFrame
) -> Dealings:
    named = pd.concat([placements["employer_id"], cases["employer_id"]]).dropna().unique()
    return Dealings(
        placements=placements,
        refusals=refusals,
        cases=cases,
        employers=store.frame(Kind.EMPLOYERS, named.tolist()),
    )
