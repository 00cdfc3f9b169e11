"""The employers of the demo city, among them the offices that fund public-welfare posts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, assumed_count, pick, table
from matcher.demo.basis.cells import told
from matcher.demo.basis.geography import Ground
from matcher.demo.basis.made_up import GENERATED, made_up_phones, made_up_uscc
from matcher.demo.basis.trades import words_of
from matcher.domain.kinds import Kind
from matcher.reference.areas import areas
from matcher.reference.columns import conform

PUBLIC_BODY = "public"
"""The family of the employers that hold public-welfare posts."""


@dataclass(frozen=True, slots=True, eq=False)
class Employers:
    """One row per employer, in the order of the ids.

    Attributes:
        ids, names, kinds: (e,) text; kinds are codes of the list employer_kind.
        family: (e,) families of trades, `PUBLIC_BODY` for those with public-welfare posts.
        street_at: (e,) positions in the ground.
        staff: (e,) int64.
        pickiness: (e,) float64 logits by which an employer hires less readily than others.
    """

    ids: NDArray[np.object_]
    names: NDArray[np.object_]
    kinds: NDArray[np.object_]
    family: NDArray[np.object_]
    street_at: NDArray[np.int64]
    staff: NDArray[np.int64]
    pickiness: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


def draw_employers(rng: np.random.Generator, ground: Ground) -> Employers:
    """The employers: public bodies first, then firms of every family of trades."""
    n, n_public = assumed_count("employers"), assumed_count("employers_public")
    kinds_of_family = table("employers")
    weights = kinds_of_family["weight"].to_numpy(np.float64)
    row_at = rng.choice(len(kinds_of_family), n - n_public, p=weights / weights.sum())
    street_at = ground.draw(rng, n)
    family = kinds_of_family["family"].to_numpy(object)[row_at]
    kinds = np.concatenate([pick(rng, "public_kind", n_public), _firm_kinds(rng, row_at)])
    small = kinds == "individual_business"
    staff = np.where(
        small,
        rng.integers(1, assumed_count("staff_small_to"), n),
        rng.lognormal(np.log(assumed("staff_median")), assumed("staff_spread"), n),
    )
    return Employers(
        ids=np.array([f"E{at:05d}" for at in range(1, n + 1)], object),
        names=_names(
            rng, ground, street_at, np.concatenate([np.full(n_public, -1), row_at]), kinds
        ),
        kinds=kinds,
        family=np.concatenate([np.full(n_public, PUBLIC_BODY, object), family]),
        street_at=street_at,
        staff=np.maximum(staff, 1).astype(np.int64),
        pickiness=rng.normal(0, assumed("pickiness_spread"), n),
    )


def _firm_kinds(rng: np.random.Generator, row_at: NDArray[np.int64]) -> NDArray[np.object_]:
    cells = [
        [part.split(":") for part in words_of(cell)] for cell in table("employers")["kind_weights"]
    ]
    drawn = rng.random(len(row_at))
    kinds = np.full(len(row_at), None, object)
    for at, parts in enumerate(cells):
        weights = np.cumsum([float(weight) for _, weight in parts])
        chosen = np.searchsorted(weights / weights[-1], drawn[row_at == at], side="right")
        kinds[row_at == at] = np.array([kind for kind, _ in parts], object)[chosen]
    return kinds


def _names(
    rng: np.random.Generator,
    ground: Ground,
    street_at: NDArray[np.int64],
    row_at: NDArray[np.int64],
    kinds: NDArray[np.object_],
) -> NDArray[np.object_]:
    """Made-up names in the usual form; a public body is called by its street."""
    families, known = table("employers"), areas()
    names = table("names")
    words = names.loc[names["kind"] == "firm", "text"].to_numpy(object)
    pairs = rng.integers(0, len(words), (len(street_at), 2))
    suffix = np.where(
        kinds == "individual_business",
        families["suffix_small"].to_numpy(object)[row_at],
        families["suffix_firm"].to_numpy(object)[row_at],
    )
    made = []
    for at, street in enumerate(ground.streets[street_at]):
        county = known.name(street[:6])
        if row_at[at] < 0:
            body = "劳动服务公司" if kinds[at] == "labour_service_company" else "公共服务中心"
            made.append(f"{GENERATED}{county}{known.name(street)}{body}{at + 1}")
        else:
            first, second = words[pairs[at]]
            made.append(f"{GENERATED}{county[:2]}{first}{second}{suffix[at]}{at + 1}")
    return np.array(made, object)


def employers_frame(rng: np.random.Generator, ground: Ground, employers: Employers) -> pd.DataFrame:
    """The employers as their file has them; contacts and codes are known for a share of them."""
    n = len(employers)
    known_code = rng.random(n) < assumed("known_uscc")
    known_staff = rng.random(n) < assumed("known_staff")
    frame = pd.DataFrame(
        {
            "employer_id": employers.ids,
            "name": employers.names,
            "employer_kind": employers.kinds,
            "uscc": told(known_code, [made_up_uscc(at) for at in range(n)]),
            "area_code": ground.streets[employers.street_at],
            "staff_total": pd.array(employers.staff, "Int64"),
            "contact": f"{GENERATED}联系人",
            "contact_phone": made_up_phones(rng, n),
        }
    )
    frame.loc[~known_staff, "staff_total"] = pd.NA
    return conform(Kind.EMPLOYERS, frame)
