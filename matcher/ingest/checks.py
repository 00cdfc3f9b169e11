"""Checks of rows against themselves, each other and the ids on record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import KEYS, Kind
from matcher.ingest.batch import Part
from matcher.ingest.conversion import Conversion
from matcher.ingest.remarks import Remark
from matcher.reference.columns import LIST_SEPARATOR, columns

Known = Mapping[Kind, Collection[str]]

_MALE_IS_ODD = 2
_ABOUT_RECORDS = (
    *(Kind.OUTCOMES, Kind.PLACEMENTS, Kind.REFUSALS, Kind.CASES),
    Kind.PAIRINGS,
)
_REFERENCES = {
    "person_id": Kind.PERSONS,
    "household_id": Kind.HOUSEHOLDS,
    "employer_id": Kind.EMPLOYERS,
    "vacancy_id": Kind.VACANCIES,
    "fair_id": Kind.FAIRS,
}


Fence = Callable[[pd.DataFrame], NDArray[np.bool_]]
"""Which rows of a conformed frame who imports may write: (n_rows,) bool."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file with its accepted records.

    Attributes:
        part: what the report needs.
        frame: the accepted records.
        rows: (n_accepted,) int64, their positions among the rows read.
    """

    part: Part
    frame: pd.DataFrame
    rows: NDArray[np.int64]


def _where(flags: pd.Series[Any] | NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.flatnonzero(np.asarray(flags, dtype=np.bool_)).astype(np.int64)


def check_required(work: Conversion) -> None:
    """A required cell that is empty refuses its row."""
    for column in columns(work.kind):
        cells = work.cells.get(column.name)
        if column.required and cells is not None and not cells.is_filled.all():
            rows = _where(~cells.is_filled)
            told = "必填，不能为空"
            work.refusals.append(Remark(f"missing_{column.name}", cells.heading, told, rows))


def check_persons(work: Conversion) -> None:
    """The citizen number fills birth date and sex; where they contradict it the row is refused."""
    number = work.values("id_number")
    born = number.str[6:10] + "-" + number.str[10:12] + "-" + number.str[12:14]
    odd = pd.to_numeric(number.str[16:17]) % _MALE_IS_ODD
    sex = odd.map({1.0: "male", 0.0: "female"}).astype("str")
    for name, told, meant in (("birth_date", "出生日期", born), ("sex", "性别", sex)):
        given = work.values(name)
        wrong = given.notna() & meant.notna() & (given != meant)
        if wrong.any():
            sentence = f"与公民身份号码中的{told}不一致"
            remark = Remark(f"{name}_contradicts", work.heading_of(name), sentence, _where(wrong))
            work.refusals.append(remark)
        work.made[name] = given.fillna(meant)
    late = work.made["birth_date"] > work.on.isoformat()
    if late.any():
        heading = work.heading_of("birth_date") or work.heading_of("id_number")
        work.refusals.append(Remark("born_later", heading, "晚于导入日期", _where(late)))


def check_cases(work: Conversion) -> None:
    """A case that names nobody refuses its row."""
    names = ("person_id", "household_id", "employer_id")
    nobody = np.ones(work.n_rows, np.bool_)
    for name in names:
        nobody &= work.values(name).isna().to_numpy()
    if nobody.any():
        told = "人员、家庭、单位编号至少填一项"
        work.refusals.append(Remark("case_of_nobody", "", told, _where(nobody)))


def check_known(work: Conversion, known: Known) -> None:
    """Ids that are on no record: refused but for the household of a person, a warning."""
    if work.kind in _ABOUT_RECORDS:
        for name, kind in _REFERENCES.items():
            _unknown(work, name, known.get(kind), work.refusals)
    elif work.kind is Kind.FAIRS:
        _unknown(work, "invitees", known.get(Kind.PERSONS), work.refusals)
        _unknown_booths(work, known)
    elif work.kind is Kind.PERSONS:
        _unknown(work, "household_id", known.get(Kind.HOUSEHOLDS), work.warnings)


def _unknown(
    work: Conversion, name: str, known: Collection[str] | None, remarks: list[Remark]
) -> None:
    cells = work.cells.get(name)
    if cells is None or known is None:
        return
    ids = set(known)
    lost = [not set(word.split(LIST_SEPARATOR)) <= ids for word in _as_made(work, name)]
    if any(lost):
        told = "没有登记；请先导入，或检查编号"
        remarks.append(work.remark(f"unknown_{name}", cells, lost, told, name))


def _as_made(work: Conversion, name: str) -> list[str]:
    """The words of a column as its parser wrote them; an unreadable one as it stands."""
    cells = work.cells[name]
    first = np.full(len(cells.words), -1, np.int64)
    filled = np.flatnonzero(cells.is_filled)
    first[cells.codes[filled][::-1]] = filled[::-1]
    made = work.made[name].to_numpy(dtype=object)
    return [
        str(made[row]) if row >= 0 and not pd.isna(made[row]) else word
        for word, row in zip(cells.words, first.tolist(), strict=True)
    ]


def _unknown_booths(work: Conversion, known: Known) -> None:
    cells = work.cells.get("booths")
    if cells is None:
        return
    employers, vacancies = known.get(Kind.EMPLOYERS), known.get(Kind.VACANCIES)
    lost = []
    for word in _as_made(work, "booths"):
        booths = [booth.partition(":") for booth in word.split(LIST_SEPARATOR)]
        wrong = employers is not None and any(booth[0] not in employers for booth in booths)
        posts = [post for booth in booths for post in booth[2].split("、") if post]
        lost.append(wrong or (vacancies is not None and not set(posts) <= set(vacancies)))
    if any(lost):
        told = "有没有登记的单位或岗位；请先导入，或检查编号"
        work.refusals.append(work.remark("unknown_booths", cells, lost, told, "booths"))


def repeated(kind: Kind, read: Sequence[ReadFile]) -> list[ReadFile]:
    """The files with every record once.

    A row whose key stands already in an earlier row is left out: with a warning where it says the
    same, refused where it says something else.
    """
    keys = list(KEYS[kind])
    everything = pd.concat([each.frame[keys] for each in read], ignore_index=True)
    again = everything.duplicated(keep=False).to_numpy()
    if not again.any():
        return list(read)
    whole = pd.concat([each.frame for each in read], ignore_index=True)[again]
    content = pd.util.hash_pandas_object(whole.astype("str").fillna(""), index=False).to_numpy()
    group = whole.groupby(keys, dropna=False, sort=False).ngroup().to_numpy()
    first = pd.Series(np.arange(len(group))).groupby(group).transform("first").to_numpy()
    later = np.arange(len(group)) != first
    at = np.flatnonzero(again)
    bounds = np.cumsum([0, *(len(each.frame) for each in read)])
    return [
        _without_repeats(
            each,
            gone=at[later] - start,
            same=(content == content[first])[later],
            told=_first_rows(read, bounds, at[first[later]]),
        )
        for each, start in zip(read, bounds, strict=False)
    ]


FOREIGN = ("out_of_scope", "不在本账号的管辖范围内，或编号已被其他机构使用；请核对区划和编号")
ERASED_PERSON = (
    "erased",
    "此人已按规定删除个人信息，旧表不能恢复；本人重新申请并同意的，请填“授权”为是，"
    "由经办人新建档案，或注明重新取得同意后再导入（--fresh-consent）",
)
"""Why a row is shut out: a code, and what to do."""


def fenced(
    read: Sequence[ReadFile], fence: Fence, why: tuple[str, str] = FOREIGN
) -> list[ReadFile]:
    """The files without the rows that who imports may not write; those are refused."""
    code, told = why
    kept = []
    for each in read:
        shut = np.flatnonzero(~fence(each.frame))
        if len(shut):
            refusals = (*each.part.refusals, Remark(code, "", told, each.rows[shut]))
            stay = np.setdiff1d(np.arange(len(each.frame)), shut)
            part = replace(each.part, refusals=refusals)
            kept.append(ReadFile(part, each.frame.iloc[stay], each.rows[stay]))
        else:
            kept.append(each)
    return kept


def _first_rows(
    read: Sequence[ReadFile], bounds: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Where the first record of each key stands: "第5行", with the file where there are several."""
    of_file = np.searchsorted(bounds, at, side="right") - 1
    told = []
    for file, place in zip(of_file.tolist(), at.tolist(), strict=True):
        each = read[file]
        number = each.part.row_numbers[each.rows[place - bounds[file]]]
        told.append(f"{each.part.table.file} 第{number}行" if len(read) > 1 else f"第{number}行")
    return np.array(told, dtype=object)


def _without_repeats(
    each: ReadFile,
    *,
    gone: NDArray[np.int64],
    same: NDArray[np.bool_],
    told: NDArray[np.object_],
) -> ReadFile:
    own = (gone >= 0) & (gone < len(each.frame))
    if not own.any():
        return each
    gone, same, told = gone[own], same[own], told[own]
    rows = each.rows[gone]
    refusals, warnings = list(each.part.refusals), list(each.part.warnings)
    if not same.all():
        sentence = "的编号已经用过，内容不同；请核对哪一行正确"
        refusals.append(Remark("repeated_key", "", sentence, rows[~same], told[~same]))
    if same.any():
        sentence = "与本行完全相同，只读入一次"
        warnings.append(Remark("repeated_row", "", sentence, rows[same], told[same]))
    part = replace(each.part, refusals=tuple(refusals), warnings=tuple(warnings))
    kept = np.setdiff1d(np.arange(len(each.frame)), gone)
    return ReadFile(part, each.frame.iloc[kept], each.rows[kept])
