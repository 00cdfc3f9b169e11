"""What a vacancy row gains beside its own cells: area, occupation, marks, employer, duplicates."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from matcher.domain.kinds import Kind
from matcher.ingest.conversion import Conversion
from matcher.ingest.ids import employer_ids
from matcher.ingest.reading.cells import Cells, spread_floats, spread_text
from matcher.ingest.reading.wordings import address_words, asked_items
from matcher.ingest.remarks import Remark
from matcher.ingest.vacancies.compliance import compliance, concerns, joined_codes
from matcher.reference.columns import LIST_SEPARATOR, columns
from matcher.reference.wages import minimum_wage_floor
from matcher.text.places import resolve_areas
from matcher.text.titles import link_titles


def finish_vacancies(work: Conversion) -> None:
    """Fill what other cells of the row tell, and remark on what the law asks."""
    _majors_and_groups(work)
    _check_ranges(work)
    find_areas(work)
    _occupations(work)
    _employer(work)
    _compliance(work)


def _majors_and_groups(work: Conversion) -> None:
    """Majors asked for and groups addressed become tags."""
    for name in ("majors", "target_group"):
        cells = work.cells.get(name)
        if cells is None:
            continue
        items = [LIST_SEPARATOR.join(asked_items(word)) or None for word in cells.words]
        new = spread_text(cells.codes, items)
        old = work.made.get("tags")
        if old is None:
            work.made["tags"] = new
        else:
            work.made["tags"] = (old + LIST_SEPARATOR + new).fillna(old).fillna(new)


def _check_ranges(work: Conversion) -> None:
    for low, high, told in (
        ("wage_min", "wage_max", "最低月薪高于最高月薪"),
        ("age_min", "age_max", "最低年龄高于最高年龄"),
        ("posted_on", "expires_on", "截止日期早于发布日期"),
    ):
        if low in work.made and high in work.made:
            wrong = (work.made[low] > work.made[high]).fillna(False).to_numpy(np.bool_)
            if wrong.any():
                rows = np.flatnonzero(wrong).astype(np.int64)
                work.refusals.append(Remark(f"{low}_over_{high}", "", told, rows))


def find_areas(work: Conversion) -> None:
    """Area names, then addresses, give the area code where the file has none."""
    for name in ("area_name", "address"):
        cells = work.cells.get(name)
        if cells is None:
            continue
        words = address_words(cells)
        found = resolve_areas(words)
        if name == "area_name":
            lost = [code is None for code in found]
            known = work.made.get("area_code")
            needed = cells if known is None else cells.without(known.notna().to_numpy())
            if any(lost):
                told = "不是可确定的行政区划；岗位仍已读入，但不能按地点匹配"
                remark = work.remark("unread_place", needed, lost, told, name)
                work.warnings.extend([remark] if len(remark.rows) else [])
        else:
            work.keep(cells)
            _use_address_as_name(work, cells, words)
        work.put("area_code", spread_text(cells.codes, found))


def _use_address_as_name(work: Conversion, cells: Cells, words: list[str | None]) -> None:
    if work.kind is Kind.VACANCIES:
        work.put("area_name", spread_text(cells.codes, words))


def _occupations(work: Conversion) -> None:
    """Titles give the occupation where no code is given; how surely stays beside it."""
    cells = work.cells["title"]
    linked = link_titles(cells.words)
    given = work.made.get("occupation_code")
    sure = spread_floats(
        cells.codes,
        [None if code is None else float(c) for code, c in zip(linked.code, linked.confidence, strict=True)],
    )
    if given is not None:
        sure = sure.mask(given.notna().to_numpy())
    work.made["occupation_confidence"] = sure
    work.put("occupation_code", spread_text(cells.codes, [code or None for code in linked.code]))


def _employer(work: Conversion) -> None:
    """An employer named without an id gets the id of its name."""
    name = work.cells.get("employer_name")
    if name is not None:
        of_words = employer_ids(pd.Series(name.words, dtype="str"))
        ids = [None if pd.isna(each) else str(each) for each in of_words]
        work.put("employer_id", spread_text(name.codes, ids))


def _compliance(work: Conversion) -> None:
    needed = {column.name for column in columns(Kind.VACANCIES)} | {"wage_note"}
    frame = work.frame(needed)
    flags = compliance(frame, minimum_wage_floor(frame["area_code"], work.on))
    for code, flagged in flags.items():
        if flagged.any():
            told = concerns()[code].sentence
            heading = work.heading_of(_HEADING_OF.get(code, ""))
            work.warnings.append(Remark(code, heading, told, np.flatnonzero(flagged).astype(np.int64)))
    work.made["warnings"] = joined_codes(flags, work.n_rows)


_HEADING_OF = {
    "sex_limit": "sex_required",
    "age_limit": "age_max",
    "below_minimum_wage": "wage",
}


def employers_of(frame: pd.DataFrame, known: Collection[str] | None) -> pd.DataFrame:
    """The employers that the vacancies name and that are not known yet, one row each.

    Args:
        frame: accepted vacancies, with `employer_kind` where the file told it.
        known: ids of employers on record; None when there are none to ask.

    Returns:
        Columns `employer_id, name, employer_kind, staff_total, contact, contact_phone`; of several
        rows the first that says something counts.
    """
    made = pd.DataFrame(
        {
            "employer_id": frame["employer_id"],
            "name": frame["employer_name"],
            "employer_kind": frame["employer_kind"],
            "staff_total": frame["employer_staff"],
            "contact": frame["contact"],
            "contact_phone": frame["contact_phone"],
        }
    )
    made = made[made["employer_id"].notna() & made["name"].notna()]
    if known is not None:
        made = made[~made["employer_id"].isin(pd.Index(list(known), dtype="str"))]
    return made.groupby("employer_id", sort=False).first().reset_index()
