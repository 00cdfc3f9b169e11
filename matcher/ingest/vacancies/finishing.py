"""What a vacancy row gains beside its own cells: area, occupation, marks, employer, duplicates."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from matcher.domain.kinds import Kind
from matcher.ingest.conversion import Conversion
from matcher.ingest.ids import employer_ids
from matcher.ingest.reading.cells import spread_floats, spread_text
from matcher.ingest.reading.wordings import address_words, asked_items
from matcher.ingest.remarks import Remark
from matcher.ingest.vacancies.compliance import ASKED, compliance, concerns, joined_codes
from matcher.ingest.vacancies.texts import ask_texts
from matcher.reference.columns import LIST_SEPARATOR
from matcher.reference.wages import minimum_wage_floor
from matcher.text.places import resolve_areas
from matcher.text.titles import link_titles

_NOWHERE = ("无", "不详", "待定")


def finish_vacancies(work: Conversion) -> None:
    """Fill what other cells of the row tell, and remark on what the law asks."""
    _majors_and_groups(work)
    _check_ranges(work)
    _not_monthly(work)
    find_areas(work)
    _occupations(work)
    ask_texts(work)
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


def _not_monthly(work: Conversion) -> None:
    """A stated wage that gives no month's pay without a guess is reported; its text stays."""
    cells = work.cells.get("wage")
    if cells is None:
        return
    note = work.values("wage_note")
    told = note.str.contains("not_monthly|period_unclear", na=False)
    rows = np.flatnonzero(told & work.values("wage_min").isna() & work.values("wage_max").isna())
    if len(rows):
        sentence = "不是月薪，或没有写明周期，未换算成月薪"
        shown_words = np.array([*cells.words, ""], dtype=object)[cells.codes[rows]]
        remark = Remark("wage_not_monthly", cells.heading, sentence, rows, shown_words)
        work.warnings.append(remark)


def find_areas(work: Conversion) -> None:
    """Area names, then addresses, give the area code where the file has none."""
    named, address = work.cells.get("area_name"), work.cells.get("address")
    if named is not None:
        nowhere = named.flags([word in _NOWHERE for word in named.words])
        named = named.without(nowhere)
        work.made["area_name"] = named.text()
        found = resolve_areas(named.words)
        known = work.values("area_code").notna().to_numpy()
        needed = named.without(known)
        lost = [code is None for code in found]
        if needed.flags(lost).any():
            told = "不是可确定的行政区划；已读入，但不能按地点匹配"
            work.warnings.append(work.remark("unread_place", needed, lost, told, "area_name"))
        work.put("area_code", spread_text(named.codes, found))
    if address is not None and work.kind is Kind.VACANCIES:
        words = address_words(address)
        work.keep(address)
        work.put("area_code", spread_text(address.codes, resolve_areas(words)))
        work.put("area_name", spread_text(address.codes, words))


def _occupations(work: Conversion) -> None:
    """Titles give the occupation where no code is given; how surely stays beside it."""
    cells = work.cells["title"]
    linked = link_titles(cells.words)
    given = work.made.get("occupation_code")
    sure = spread_floats(
        cells.codes,
        [
            None if code is None else float(c)
            for code, c in zip(linked.code, linked.confidence, strict=True)
        ],
    )
    if given is not None:
        told = work.made.get("occupation_confidence", sure.mask(sure.notna()))
        sure = sure.mask(given.notna().to_numpy(), told)
    asked = cells if given is None else cells.without(given.notna().to_numpy())
    lost = [code is None for code in linked.code]
    if asked.flags(lost).any():
        sentence = "岗位名称看不出是什么职业；已读入，职业留空，请补充职业代码"
        work.warnings.append(work.remark("unread_title", asked, lost, sentence, "title"))
    work.made["occupation_confidence"] = sure
    work.put("occupation_code", spread_text(cells.codes, list(linked.code)))


def _employer(work: Conversion) -> None:
    """An employer named without an id gets the id of its name."""
    name = work.cells.get("employer_name")
    if name is not None:
        work.put("employer_id", spread_text(name.codes, employer_ids(name.words)))


def _compliance(work: Conversion) -> None:
    frame = pd.DataFrame({name: work.values(name) for name in ASKED})
    flags = compliance(frame, minimum_wage_floor(frame["area_code"], work.on))
    for code, flagged in flags.items():
        if flagged.any():
            told = concerns()[code].sentence
            heading = work.heading_of(_HEADING_OF.get(code, ""))
            work.warnings.append(
                Remark(code, heading, told, np.flatnonzero(flagged).astype(np.int64))
            )
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
