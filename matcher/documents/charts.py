"""Charts of a workbook, drawn from the cells beside them: values with intervals, lines, columns.

A chart refers to the cells of its table, so whoever edits or filters the table sees it move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

COLOUR, PALE = "#2F6F9F", "#9FB6C6"
FONT = {"name": "Microsoft YaHei", "size": 9}
WIDTH, ROW_HEIGHT, LEAST_HEIGHT = 560, 22, 240


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chart stands and where its table's rows are.

    Attributes:
        book: the workbook.
        sheet: of the table; the chart stands on it.
        first, last: rows of the table that are drawn, counted from 0, the last included.
        cell: (row, column) of the chart's upper left corner.
    """

    book: Any
    sheet: Any
    first: int
    last: int
    cell: tuple[int, int]

    def cells(self, first_column: int, last_column: int | None = None) -> list[Any]:
        """The cells of one column, or of some columns, as a chart refers to them."""
        last = first_column if last_column is None else last_column
        return [self.sheet.get_name(), self.first, first_column, self.last, last]

    def draw(self, chart: Any, *, height: int) -> None:
        """Put a chart in its place."""
        chart.set_size({"width": WIDTH, "height": height})
        self.sheet.insert_chart(*self.cell, chart, {"object_position": 3})


def height_of(rows: int) -> int:
    """Pixels of a chart with one bar a row, its title and its axis.

    Example:
        >>> height_of(1), height_of(20)
        (240, 540)
    """
    return max(LEAST_HEIGHT, 100 + ROW_HEIGHT * rows)


def draw_intervals(  # noqa: PLR0913 - where, what is drawn and how it is called
    place: Place,
    *,
    title: str,
    labels: tuple[int, int],
    value: int,
    low: Sequence[float],
    high: Sequence[float],
    values: Sequence[float],
) -> int:
    """One bar a row with its interval, first row on top.

    Args:
        place: where.
        title: of the chart.
        labels: first and last column of the words that name a row.
        value: column of the values.
        low: (n,) lower ends.
        high: (n,) upper ends.
        values: (n,) the values themselves; an interval that is not known is left out.

    Returns:
        Its height in pixels.
    """
    chart = place.book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": title,
            "categories": place.cells(*labels),
            "values": place.cells(value),
            "fill": {"color": PALE},
            "gap": 45,
            "y_error_bars": {
                "type": "custom",
                "plus_values": [_known(top - at) for top, at in zip(high, values, strict=True)],
                "minus_values": [_known(at - end) for end, at in zip(low, values, strict=True)],
                "line": {"color": COLOUR, "width": 1.5},
            },
        }
    )
    chart.set_title({"name": title, "name_font": {**FONT, "size": 11}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": FONT, "label_position": "low"})
    chart.set_x_axis({"num_font": FONT, "major_gridlines": {"visible": True}})
    height = height_of(place.last - place.first + 1)
    place.draw(chart, height=height)
    return height


def _known(length: float) -> float:
    """The length of an error bar; none where an end is not known."""
    return length if length > 0 else 0.0


def draw_lines(
    place: Place,
    *,
    title: str,
    across: int,
    lines: Sequence[tuple[str, int]],
    axes: tuple[str, str],
    square: bool = False,
) -> None:
    """Points joined by lines over one column.

    Args:
        place: where.
        title: of the chart.
        across: column of the horizontal axis.
        lines: name and column of each line.
        axes: what stands under and beside.
        square: draw both axes from 0 to 1, with the diagonal on which a chance keeps its word.
    """
    chart = place.book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    for at, (name, column) in enumerate(lines):
        look = {"color": (COLOUR, "#C0703A")[at % 2], "width": 2}
        chart.add_series(
            {
                "name": name,
                "categories": place.cells(across),
                "values": place.cells(column),
                "line": look,
                "marker": {"type": "circle", "size": 6, "fill": look, "border": look},
            }
        )
    if square:
        _add_diagonal(chart, place)
    bounds = {"min": 0, "max": 1} if square else {}
    chart.set_title({"name": title, "name_font": {**FONT, "size": 11}})
    chart.set_x_axis({"name": axes[0], "name_font": FONT, "num_font": FONT, **bounds})
    chart.set_y_axis({"name": axes[1], "name_font": FONT, "num_font": FONT, **bounds})
    chart.set_legend({"none": True} if square else {"position": "bottom", "font": FONT})
    place.draw(chart, height=420 if square else 300)


def _add_diagonal(chart: Any, place: Place) -> None:
    """The line from (0, 0) to (1, 1): a chart takes cells only, so two stand behind it."""
    row, column = place.cell[0] + 2, place.cell[1] + 1
    for at in (0, 1):
        place.sheet.write_number(row + at, column, at)
    ends = [place.sheet.get_name(), row, column, row + 1, column]
    chart.add_series(
        {
            "name": "=",
            "categories": ends,
            "values": ends,
            "line": {"color": "#888888", "width": 1, "dash_type": "dash"},
            "marker": {"type": "none"},
        }
    )


def draw_columns(
    place: Place, *, title: str, across: int, columns: Sequence[tuple[str, int]]
) -> None:
    """Upright columns over the words of one column, side by side where there are several."""
    chart = place.book.add_chart({"type": "column"})
    for at, (name, column) in enumerate(columns):
        chart.add_series(
            {
                "name": name,
                "categories": place.cells(across),
                "values": place.cells(column),
                "fill": {"color": (COLOUR, PALE)[at % 2]},
                "gap": 60,
            }
        )
    chart.set_title({"name": title, "name_font": {**FONT, "size": 11}})
    chart.set_x_axis({"num_font": {**FONT, "rotation": -45}, "label_position": "low"})
    chart.set_y_axis({"num_font": FONT})
    chart.set_legend({"position": "bottom", "font": FONT})
    place.draw(chart, height=300)
