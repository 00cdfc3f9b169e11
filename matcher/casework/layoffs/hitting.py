"""Whom a planned layoff hits: couples on one list, households that would have nobody in work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Truth

SPOUSES = ("head", "spouse")


@dataclass(frozen=True, slots=True)
class Hit:
    """One household that a list touches.

    Attributes:
        listed: its members on the list.
        couple: both spouses stand on the list.
        unemployed_member: another member is out of work already; None not known.
        zero_employment: the household would become a zero-employment one; None where a fact is
            missing, which are in `ask_for`.
    """

    household_id: str
    listed: tuple[str, ...]
    couple: bool
    unemployed_member: bool | None
    zero_employment: bool | None
    ask_for: tuple[str, ...]


def couples(members: pd.DataFrame, listed: NDArray[np.bool_]) -> frozenset[str]:
    """The households whose head and spouse both stand on the list.

    Args:
        members: `household_id` and `relation` of the members.
        listed: (n,) which of them stand on the list.

    Example:
        >>> people = pd.DataFrame({"household_id": ["H1", "H1"], "relation": ["head", "spouse"]})
        >>> sorted(couples(people, np.array([True, True])))
        ['H1']
    """
    pair = members[listed & members["relation"].isin(SPOUSES).to_numpy(np.bool_)]
    found = pair.groupby("household_id")["relation"].nunique()
    return frozenset(found.index[found == len(SPOUSES)])


def once_laid_off(households: Facts, listed: NDArray[np.bool_]) -> Facts:
    """The households as they would be with these members out of work.

    Args:
        households: with `members` below, in the order of `listed`.
        listed: (m,) which members stand on the list.
    """
    group = households.groups["members"]
    people = group.facts
    changed = {
        "employed": np.where(listed, NOT_MET, _truth(people, "employed")).astype(np.int8),
        "employment_stable": np.where(listed, NOT_MET, _truth(people, "employment_stable")).astype(
            np.int8
        ),
    }
    columns: Mapping[str, NDArray[np.int8]] = {**people.columns, **changed}
    # The status that a household was given before says nothing about the day after.
    kept = {name: column for name, column in columns.items() if name != "zef_member"}
    after = replace(group, facts=replace(people, columns=kept))
    own = {
        name: column
        for name, column in households.columns.items()
        if name != "recognised_zero_employment"
    }
    return replace(households, columns=own, groups={**households.groups, "members": after})


def out_of_work(households: Facts, listed: NDArray[np.bool_]) -> Truth:
    """(n,) whether a member who is not on the list, able and willing, is out of work already."""
    group = households.groups["members"]
    people = group.facts
    jobless = (MET - _truth(people, "employed")).astype(np.int8)
    willing = np.minimum(_truth(people, "able_to_work"), _truth(people, "wants_to_work"))
    of_age = _truth(people, "of_working_age")
    counts = np.minimum(np.minimum(jobless, willing), of_age)
    return group.some(np.where(listed, NOT_MET, counts).astype(np.int8))


def known(truth: int) -> bool | None:
    """A truth as yes, no or not known.

    Example:
        >>> known(2), known(1), known(0)
        (True, None, False)
    """
    return None if truth == UNKNOWN else bool(truth == MET)


def _truth(facts: Facts, name: str) -> NDArray[np.int8]:
    return np.broadcast_to(facts.truth(name), (facts.n,))
