"""HTML that cannot carry what people typed as markup: text is escaped unless it is `Markup`."""

from __future__ import annotations

from html import escape

VOID = frozenset({"br", "hr", "meta", "img", "col"})


class Markup(str):
    """HTML that this module made; everything else is text."""

    __slots__ = ()


def element(tag: str, *children: str | None, **attributes: str | None) -> Markup:
    """One element; None is left out, an attribute's underscores end (`class_`) or are dashes.

    Example:
        >>> element("td", "a<b", class_="when", data_id="1")
        '<td class="when" data-id="1">a&lt;b</td>'
        >>> element("p", element("b", "x"), None, "&")
        '<p><b>x</b>&amp;</p>'
    """
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in VOID:
        return Markup(f"<{tag}{given}>")
    return Markup(f"<{tag}{given}>{joined(*children)}</{tag}>")


def joined(*children: str | None) -> Markup:
    """Children one after another, text escaped, None left out.

    Example:
        >>> joined("1 < 2", element("br"), None)
        '1 &lt; 2<br>'
    """
    return Markup(
        "".join(
            each if isinstance(each, Markup) else escape(each)
            for each in children
            if each is not None
        )
    )
