"""The ledger as pages: one per place, one for later law, and how to read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from matcher.policy.catalogue import place_catalogue
from matcher.policy.coverage.ledger import Account, Status, accounts, unlisted_law
from matcher.policy.coverage.rules import (
    UNKNOWN_DAY,
    LedgerRule,
    later_law,
    reasons,
    source_rules,
)
from matcher.policy.law import Packs

WRITTEN = "Written by `python docs/pages/ledger.py`; do not edit by hand."
_PACKS = "../../matcher/policy/packs"
_STATUS_ZH = {
    Status.MODELLED: "已建模",
    Status.RECORDED: "已记录",
    Status.NOT_MODELLED: "未建模",
}

HOW_TO_READ = f"""\
Every rule of the source documents: what it says in our own words, where it stands, what became of
it. The rules are `data/policy/rules.csv`; the status is computed from packs and catalogues, never
typed. {WRITTEN}

- **modelled 已建模**: a law pack cites the rule; the row names the decisions and the pack.
- **recorded 已记录**: nothing is decided, but a record or table holds what the rule asks for:
  `persons.skills` is a column of an import, `facts.pension_paid` a fact that a file may carry under
  its own name, `data/...` a table.
- **not modelled 未建模**: neither, with the reason. Reasons with a later work wait for it; the
  others are nothing that software should decide.

A document that hides its place stands under `example/`. Titles that the text at hand lacks are ours
and say so. Practice told in case reports binds nobody but the place itself.
"""


def page_name(place: str) -> str:
    """The file of a place's page.

    Example:
        >>> page_name("cn/jiangsu/nantong")
        'cn-jiangsu-nantong.md'
    """
    return f"{place.replace('/', '-')}.md"


def pages(packs: Packs) -> dict[str, str]:
    """Every page of the ledger by its file name; the same packs and tables give the same bytes."""
    lines = accounts(source_rules(), packs)
    by_place = _grouped(lines, lambda line: line.rule.place)
    found = {page_name(place): _place_page(place, own) for place, own in by_place.items()}
    later = (*later_law(), *unlisted_law(packs))
    found["current.md"] = _current_page(accounts(later, packs, "current"))
    found["README.md"] = _front_page(lines, by_place)
    return found


def _grouped(
    lines: Iterable[Account], key: Callable[[Account], str]
) -> Mapping[str, Sequence[Account]]:
    """The lines by key, in order of first appearance."""
    found: dict[str, list[Account]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return found


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(*head), "|" + "---|" * len(head), *(_row(*row) for row in rows), ""]


def _document(rule: LedgerRule) -> str:
    day = "日期不详 undated" if rule.date == UNKNOWN_DAY else rule.date
    return "，".join((f"《{rule.document}》", rule.number or "无文号 no number", day))


def _where_in_text(rule: LedgerRule) -> str:
    words = f"「{rule.words}」" if rule.words else ""
    return f"{rule.article or ''}{words}"


def _names(decisions: Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in decisions)


def _why(line: Account) -> str:
    """Why, or where: the last cell of a row."""
    parts: list[str] = []
    if line.status is Status.MODELLED:
        files = ", ".join(f"[{file}]({_PACKS}/{file})" for file in line.packs)
        parts.append(f"{_names(line.decided)} in {files}" if line.decided else f"in {files}")
        if line.missing:
            parts.append(f"not built yet: {_names(line.missing)}")
    elif line.status is Status.RECORDED:
        parts.append(", ".join(f"`{name}`" for name in line.rule.kept_in))
    elif line.reason is not None:
        decisions = f": {_names(line.missing)}" if line.rule.reason is None else ""
        later = f" ({line.reason.later})" if line.reason.later else ""
        parts.append(f"{line.reason.zh}。{line.reason.en}{decisions}{later}")
    if line.rule.note:
        parts.append(line.rule.note.rstrip("."))
    return "; ".join(parts)


def _status(line: Account) -> str:
    return f"{line.status} {_STATUS_ZH[line.status]}"


def _what(rule: LedgerRule) -> str:
    return f"{rule.zh}。{rule.en}"


def _counts(lines: Iterable[Account]) -> list[int]:
    count = Counter(line.status for line in lines)
    return [count[status] for status in Status]


def _place_page(place: str, lines: Sequence[Account]) -> str:
    known = place_catalogue()[place]
    counts = ", ".join(
        f"{count} {status}" for count, status in zip(_counts(lines), Status, strict=True)
    )
    text = [
        f"# {known.zh} · {known.en}",
        "",
        f"`{place}`: {len(lines)} rules; {counts}. {WRITTEN} [How to read this](README.md).",
        "",
    ]
    head = ("Rule", "What it says", "Where in the text", "Status", "Where, or why")
    for document, of_document in _grouped(lines, lambda line: _document(line.rule)).items():
        rows = [
            (
                f"`{line.rule.id}`",
                _what(line.rule),
                _where_in_text(line.rule),
                _status(line),
                _why(line),
            )
            for line in of_document
        ]
        text += [f"## {document}", "", *_table(head, rows)]
    return "\n".join(text)


def _current_page(lines: Sequence[Account]) -> str:
    text = [
        "# Later law · 现行法",
        "",
        "The law after the source documents that the service needs or that we know of. What is",
        "only known, its text not at hand, may not become a value.",
        "",
        f"{WRITTEN} [How to read this](README.md).",
        "",
    ]
    rows = (
        (
            f"`{line.rule.id}`",
            line.rule.place,
            _what(line.rule),
            f"{_document(line.rule)} {_where_in_text(line.rule)}".rstrip(),
            line.rule.grade,
            _status(line),
            _why(line),
        )
        for line in lines
    )
    head = ("Law", "Place", "What it says", "Citation", "Text", "Status", "Where, or why")
    return "\n".join([*text, *_table(head, rows)])


def _front_page(lines: Sequence[Account], by_place: Mapping[str, Sequence[Account]]) -> str:
    total = _counts(lines)
    rows = [
        (
            f"[{place_catalogue()[place].zh}]({page_name(place)})",
            place_catalogue()[place].en,
            *(str(number) for number in (*_counts(own), len(own))),
        )
        for place, own in by_place.items()
    ]
    rows.append(("**合计**", "**all**", *(f"**{n}**" for n in (*total, len(lines)))))
    count = Counter(line.reason.code for line in lines if line.reason is not None)
    why = [
        (
            f"`{code}`",
            f"{reasons()[code].zh}。{reasons()[code].en}",
            reasons()[code].later or "",
            str(number),
        )
        for code, number in sorted(count.items(), key=lambda item: (-item[1], item[0]))
    ]
    return "\n".join(
        [
            "# Coverage ledger · 规则覆盖台账",
            "",
            HOW_TO_READ,
            "## By place",
            "",
            *_table(("Place", "", *Status, "rules"), rows),
            "Later law stands on [a page of its own](current.md).",
            "",
            "## Why rules are not modelled",
            "",
            *_table(("Reason", "", "Later work", "rules"), why),
        ]
    )
