"""Names, numbers and addresses that can belong to nobody, all marked as generated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from stdnum.cn import ric

from matcher.demo.basis.assumptions import table
from matcher.demo.basis.made_up import GENERATED, NO_SUCH_AREA
from matcher.demo.people.households import Households, Members
from matcher.reference.areas import areas


def made_up_names(rng: np.random.Generator, members: Members) -> NDArray[np.object_]:
    """(n,) names; a child and a head's sibling carry the name of the head's line."""
    names = table("names")
    surnames = names[names["kind"] == "surname"]
    weights = surnames["weight"].to_numpy(np.float64)
    n = len(members)
    own = rng.choice(len(surnames), n, p=weights / weights.sum())
    line = np.isin(members.relation, ["head", "child", "other"])
    of_house = own[np.unique(members.household, return_index=True)[1]]
    surname = surnames["text"].to_numpy(object)[np.where(line, of_house[members.household], own)]
    given = np.where(members.female, _drawn(rng, "female", n), _drawn(rng, "male", n))
    return np.array([f"{GENERATED}{a}{b}" for a, b in zip(surname, given, strict=True)], object)


def _drawn(rng: np.random.Generator, kind: str, n: int) -> NDArray[np.object_]:
    names = table("names")
    pool = names.loc[names["kind"] == kind, "text"].to_numpy(object)
    return pool[rng.integers(0, len(pool), n)]


def made_up_id_numbers(members: Members) -> NDArray[np.object_]:
    """(n,) identity numbers with the right birth date, sex and check sign.

    They carry a county code that was never given out, so no living person has one of them.
    People of one sex and birth day are numbered from 1 (odd for men, even for women).
    """
    days = np.datetime_as_string(members.birth, unit="D")
    seen: dict[tuple[str, bool], int] = {}
    made = []
    for day, female in zip(days, members.female.tolist(), strict=True):
        count = seen[day, female] = seen.get((day, female), 0) + 1
        body = f"{NO_SUCH_AREA}{day.replace('-', '')}{2 * count - (not female):03d}"
        made.append(body + ric.calc_check_digit(f"{body}?"))
    return np.array(made, object)


def made_up_addresses(
    rng: np.random.Generator, households: Households, streets: NDArray[np.object_]
) -> NDArray[np.object_]:
    """(h,) addresses in a real street, on an estate that does not exist."""
    names, known = table("names"), areas()
    estates = names.loc[names["kind"] == "estate", "text"].to_numpy(object)
    h = len(households)
    estate = estates[rng.integers(0, len(estates), h)]
    building, door = rng.integers(1, 60, h), rng.integers(1, 7, h) * 100 + rng.integers(1, 5, h)
    place = {street: known.full_name(street) for street in streets.tolist()}
    home = streets[households.street_at]
    return np.array(
        [
            f"{place[home[at]]}{GENERATED}{estate[at]}苑{building[at]}幢{door[at]}室"
            for at in range(h)
        ],
        object,
    )
