"""QR codes, as lines of a page and as pictures of a sheet."""

from __future__ import annotations

from io import BytesIO

import segno

from matcher.documents.printing.markup import Markup

QUIET_MODULES = 2
"""White modules around a code on a page, whose paper is white as well."""


def qr_svg(text: str, title: str) -> Markup:
    """The code as an inline picture that takes the size of its box; `title` is read aloud.

    Example:
        >>> qr_svg("F0001-7K3M9QX2AB", "slip").startswith("<svg")
        True
    """
    made = segno.make(text, micro=False, error="m")
    return Markup(made.svg_inline(border=QUIET_MODULES, omitsize=True, title=title))


def qr_png(text: str, scale: int = 3) -> BytesIO:
    """The code as a PNG picture, `scale` pixels a module."""
    buffer = BytesIO()
    segno.make(text, micro=False, error="m").save(buffer, kind="png", scale=scale, border=1)
    buffer.seek(0)
    return buffer
