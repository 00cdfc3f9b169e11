"""A4 pages as one HTML file: black on white, page numbers, a section a page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from matcher.documents.printing.markup import Markup, element, joined
from matcher.documents.writing import whole_file

STYLE = """
@page { size: A4; margin: 37mm 26mm 28mm 28mm;
  @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
* { box-sizing: border-box; }
body { margin: 0; color: #000; background: #fff; font-size: 11pt; line-height: 1.45;
  font-family: FangSong, "FangSong_GB2312", STFangsong, "Noto Serif CJK SC", serif; }
section { break-after: page; }
section:last-of-type { break-after: auto; }
h1 { font: 400 20pt/1.3 "FZXiaoBiaoSong-B05S", SimHei, "Noto Sans CJK SC", sans-serif;
  text-align: center; margin: 0 0 4mm; }
h2 { font: 400 13pt/1.4 SimHei, "Noto Sans CJK SC", sans-serif; margin: 5mm 0 1.5mm; }
p { margin: 0 0 1.5mm; }
.head { display: flex; justify-content: space-between; gap: 4mm; }
.head > p:last-child { text-align: right; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 0.4pt solid #000; padding: 1mm 1.5mm; text-align: left; vertical-align: top; }
th { font: 400 10pt/1.3 SimHei, "Noto Sans CJK SC", sans-serif; background: none; }
.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.big { font-size: 15pt; line-height: 1.2; }
.small { font-size: 9pt; line-height: 1.35; }
.code { font: 7.5pt/1.2 "DejaVu Sans Mono", Consolas, monospace; }
.qr { width: 31mm; text-align: center; }
.qr svg { width: 17mm; height: 17mm; display: block; margin: auto; }
ul { margin: 0; padding-left: 5mm; }
.map svg { width: 100%; max-height: 60mm; }
@media screen { body { max-width: 210mm; margin: 0 auto; }
  section { padding: 20mm 26mm 15mm 28mm; border-bottom: 1px dashed #888; } }
"""


def a4(
    title: str,
    language: str,
    sections: Iterable[Markup],
    *,
    style: Markup | None = None,
    above: Markup | None = None,
    script: str | None = None,
) -> Markup:
    """The whole file: each section begins a page of its own.

    Args:
        title: of the window and of the file a browser prints to.
        language: a tag such as "zh-CN".
        sections: what stands on the pages.
        style: rules of this paper's own, after those of all papers.
        above: what stands above the pages on a screen, and on no paper.
        script: address of a script for it.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        # The only text that is not escaped: our own, above.
        element("style", Markup(STYLE), style),
        element("script", src=script, defer="") if script else None,
    )
    shown = (element("section", section) for section in sections)
    hands = element("header", above, class_="above") if above else None
    body = element("body", hands, element("main", *shown) if above else joined(*shown))
    return joined(Markup("<!doctype html>\n"), element("html", head, body, lang=language))


def write_page(path: Path, page: Markup) -> None:
    """Write a page whole or not at all."""
    with whole_file(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(page)


def table(headings: Iterable[str], rows: Iterable[Iterable[Markup]]) -> Markup:
    """A table whose headings are repeated on each page; cells are `td` elements."""
    top = element("thead", element("tr", *(element("th", each, scope="col") for each in headings)))
    return element("table", top, element("tbody", *(element("tr", *row) for row in rows)))
