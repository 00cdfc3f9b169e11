"""The empty form of each kind: headings, drop-downs, a comment per column, one example row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matcher.documents.writing import whole_workbook
from matcher.domain.kinds import KEYS, Column, ColumnType, Kind
from matcher.errors import WrongUse
from matcher.ingest.files import EXAMPLE
from matcher.ingest.reading.cells import ERASING_WORDS
from matcher.reference.codes import CodeList, code_list
from matcher.reference.columns import columns

SHEETS = {
    Kind.PERSONS: "人员",
    Kind.HOUSEHOLDS: "家庭",
    Kind.EMPLOYERS: "用人单位",
    Kind.VACANCIES: "岗位",
    Kind.OUTCOMES: "推荐结果",
    Kind.COURSES: "培训课程",
    Kind.FAIRS: "招聘会",
    Kind.PLACEMENTS: "安置",
    Kind.REFUSALS: "推荐答复",
    Kind.CASES: "案卷",
    Kind.PAIRINGS: "配对",
}
CODES_SHEET = "选项"

_ROWS_WITH_LISTS = 5_000
_WIDTH_LEAST, _WIDTH_MOST = 10, 28
_TYPE_TOLD = {
    ColumnType.ID: "编号",
    ColumnType.TEXT: "文字",
    ColumnType.INT: "整数",
    ColumnType.DECIMAL: "数字",
    ColumnType.BOOL: "是 / 否；未询问则留空",
    ColumnType.DATE: "日期，如 2026-11-02",
    ColumnType.CODE: "从下拉选项中选择",
    ColumnType.LIST: "多项用分号“；”分开",
    ColumnType.AREA: "行政区划代码，2至12位",
    ColumnType.OCCUPATION: "《职业分类大典（2022）》代码",
    ColumnType.ID_NUMBER: "18位公民身份号码",
    ColumnType.PHONE: "电话号码",
    ColumnType.USCC: "18位统一社会信用代码",
    ColumnType.BOOTHS: "展位",
}
_BLANK_TOLD = f"留空不改变已有内容；要清除，请填“{ERASING_WORDS[0]}”"
_UNITS = {"person": "人", "month": "月", "year": "年", "yuan/month": "元/月", "km": "公里"} | {
    "day": "天",
    "time": "次",
    "yuan": "元",
    "yuan/year": "元/年",
    "m2": "平方米",
}


def write_template(kind: Kind, path: Path) -> None:
    """Write the empty form of a kind as XLSX.

    Required columns bear a `*`. The example row is marked in its first cell and passed over by
    import, so it may stay.

    Args:
        kind: whose form.
        path: ends in `.xlsx`.

    Raises:
        WrongUse: another ending.
    """
    if path.suffix.lower() != ".xlsx":
        raise WrongUse(
            what=f"'{path.name}' is no name for a form",
            expected="a name ending in .xlsx",
            do="Change the ending.",
        )
    with whole_workbook(path) as book:
        sheet = book.add_worksheet(SHEETS[kind])
        ranges = _write_codes(book, kind)
        heading = book.add_format({"bold": True, "bg_color": "#D9E7F5", "border": 1})
        needed = book.add_format({"bold": True, "bg_color": "#F8DDC8", "border": 1})
        example = book.add_format({"italic": True, "font_color": "#7F7F7F", "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        for at, column in enumerate(columns(kind)):
            name = f"{column.zh}*" if column.required else column.zh
            sheet.write_string(0, at, name, needed if column.required else heading)
            sheet.write_comment(0, at, comment_of(column), {"x_scale": 1.6})
            sheet.set_column(at, at, _width(column), text)
            told = column.example or ""
            if column.name == KEYS[kind][0]:
                told = f"{EXAMPLE}{told}"
            if told:
                sheet.write_string(1, at, told, example)
            _add_choices(sheet, at, column, ranges)
        sheet.freeze_panes(1, 1)


def comment_of(column: Column) -> str:
    """What the comment on a heading says: name for programs, form, unit, help.

    Example:
        >>> print(comment_of(columns(Kind.PERSONS)[0]))
        person_id（必填）
        编号
        本单位内唯一编号；没有编号的外来文件按内容生成
    """
    unit = _UNITS.get(column.unit or "")
    lines = [
        f"{column.name}（{'必填' if column.required else '可空'}）",
        _TYPE_TOLD[column.type] + (f"（{unit}）" if unit else ""),
        column.help or "",
        "" if column.required else _BLANK_TOLD,
    ]
    return "\n".join(filter(None, lines))


def _width(column: Column) -> int:
    longest = max(len(column.zh) * 2 + 2, len(column.example or "") + 4)
    return min(max(longest, _WIDTH_LEAST), _WIDTH_MOST)


def _add_choices(sheet: Any, at: int, column: Column, ranges: dict[str, str]) -> None:
    if column.type is ColumnType.BOOL:
        source: Any = ["是", "否"]
    elif column.type is ColumnType.CODE and column.codes:
        source = f"={ranges[column.codes]}"
    else:
        return
    sheet.data_validation(
        1,
        at,
        _ROWS_WITH_LISTS,
        at,
        {
            "validate": "list",
            "source": source,
            "error_type": "warning",
            "error_title": column.zh,
            "error_message": "请从选项中选择；没有合适的选项时留空。",
        },
    )


def _write_codes(book: Any, kind: Kind) -> dict[str, str]:
    """The sheet of choices; the cell range of each list."""
    sheet = book.add_worksheet(CODES_SHEET)
    bold = book.add_format({"bold": True})
    ranges = {}
    used = {column.codes: column.zh for column in columns(kind) if column.codes}
    for at, (name, zh) in enumerate(used.items()):
        listed: CodeList = code_list(name)
        left, right = 2 * at, 2 * at + 1
        sheet.write_string(0, left, f"{zh}：选项", bold)
        sheet.write_string(0, right, f"{zh}：代码", bold)
        for down, code in enumerate(listed.codes, 1):
            sheet.write_string(down, left, listed.zh[code])
            sheet.write_string(down, right, code)
        sheet.set_column(left, right, 18)
        letter = _letters(left)
        ranges[name] = f"'{CODES_SHEET}'!${letter}$2:${letter}${len(listed.codes) + 1}"
    return ranges


def _letters(at: int) -> str:
    """The spreadsheet's letters of a column, from 0.

    Example:
        >>> _letters(0), _letters(25), _letters(26)
        ('A', 'Z', 'AA')
    """
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
