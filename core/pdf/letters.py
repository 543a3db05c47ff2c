"""Letters for paper: a font that carries ě ř ů č š ž ľ ĺ ŕ ä ö å, and words that cannot be markup.

DejaVu Sans 2.37, shipped with its notice in `fonts/LICENSE.txt`; reportlab's own Vera lacks half of Czech.
"""

import unicodedata
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
FONTS = Path(__file__).resolve().parent / "fonts"
LONGEST = 2000  # of one text; what is longer is cut, so that nobody makes us set a book
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


@cache
def register() -> None:
    """Make the two fonts known to reportlab; once in a process."""
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def said(text: str) -> str:
    """`text` as it may be printed: no control, format or private characters (some turn a line
    around), composed, cut at `LONGEST`. Line ends stay."""
    shown = "".join(
        letter
        for letter in unicodedata.normalize("NFC", text[:LONGEST])
        if letter == "\n" or unicodedata.category(letter) not in UNSEEN
    )
    return shown.strip()


def style(*, size: float = 10, bold: bool = False, **more: object) -> ParagraphStyle:
    """A style of ours: `size` in points, lines a third apart, long words broken where they must be."""
    register()
    return ParagraphStyle(
        "ours",
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size * 1.35,
        splitLongWords=1,
        **more,
    )


def words(text: str, *, size: float = 10, bold: bool = False, **more: object) -> Paragraph:
    """A paragraph of plain words: what looks like markup is printed as it was typed."""
    plain = escape(said(text)).replace("\n", "<br/>")
    return Paragraph(plain, style(size=size, bold=bold, **more))
