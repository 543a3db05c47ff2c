"""The insert for the box: thanks, codes that lead to the guides, room for more. One A5 page an order.

No price stands on it, and of a gift no name either: whoever unpacks it may not be who bought it (A7).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, KeepInFrame, Spacer, Table, TableStyle

from core.colors import palette
from core.pdf.codes import Qr
from core.pdf.letters import said, words

BAND = 26 * mm
MARGIN = 14 * mm
WIDTH = A5[0] - 2 * MARGIN
GREY = HexColor("#595959")
CODES = 3
# Where a name may be called as it is; Czech and Slovak would have to bend it.
BY_NAME = ("en", "sl", "fi")


@dataclass(frozen=True, slots=True)
class Place:
    """A code with its words: to a guide, or, once there is such a room, to a review or a friend."""

    title: str
    why: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert:
    """What stands on one page. Without a `name` nobody is greeted by it; without places no codes."""

    language: str
    shop: str
    color: str
    accent: str
    number: str
    name: str = ""
    places: Sequence[Place] = ()
    contact: Sequence[str] = ()


def inserts_pdf(inserts: Sequence[Insert]) -> bytes:
    """One page each, in its language. The same inserts give the same bytes."""
    out = io.BytesIO()
    paper = Canvas(out, pagesize=A5, invariant=1, pageCompression=1)
    for insert in inserts:
        with translation.override(insert.language):
            _page(paper, insert)
        paper.showPage()
    if inserts:
        paper.setTitle(said(inserts[0].shop))
        paper.setAuthor(said(inserts[0].shop))
    paper.save()
    return out.getvalue()


def _page(paper: Canvas, insert: Insert) -> None:
    colors = palette(insert.color, insert.accent)
    paper.setFillColor(HexColor(colors["primary"]))
    paper.rect(0, A5[1] - BAND, A5[0], BAND, stroke=0, fill=1)
    shop = words(insert.shop[:80], size=16, bold=True, textColor=HexColor(colors["on_primary"]))
    band = Frame(
        MARGIN, A5[1] - BAND, WIDTH, BAND, leftPadding=0, rightPadding=0, topPadding=6 * mm
    )
    band.addFromList([KeepInFrame(WIDTH, BAND - 8 * mm, [shop], mode="shrink")], paper)
    paper.setFillColor(HexColor("#000000"))
    room = A5[1] - BAND - MARGIN
    body = Frame(MARGIN, MARGIN, WIDTH, room, leftPadding=0, rightPadding=0, topPadding=8 * mm)
    body.addFromList([KeepInFrame(WIDTH, room - 10 * mm, _said(insert), mode="shrink")], paper)


def _said(insert: Insert) -> list[Flowable]:
    name = said(insert.name)[:40] if insert.language in BY_NAME else ""
    thanks = _("Thank you, %(name)s") % {"name": name} if name else _("Thank you")
    rows: list[Flowable] = [
        words(thanks, size=22, bold=True),
        Spacer(0, 3 * mm),
        words(_("We packed this with care and hope that you will enjoy it for long."), size=11),
        Spacer(0, 2 * mm),
        words(_("Order %(number)s") % {"number": insert.number}, size=9, textColor=GREY),
        Spacer(0, 6 * mm),
    ]
    for place in insert.places[:CODES]:
        rows += [_place(place), Spacer(0, 3 * mm)]
    if insert.contact:
        rows.append(words(_("Is something not right? We are here for you:"), size=9, bold=True))
        rows += [words(line[:120], size=9) for line in insert.contact[:4]]
    return rows


def _place(place: Place) -> Table:
    text = [
        words(place.title[:120], size=11, bold=True),
        words(place.why, size=9, textColor=GREY),
    ]
    row = Table([[Qr(place.url, side=30 * mm), text]], colWidths=[34 * mm, WIDTH - 34 * mm])
    row.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, -1), 0)])
    )
    return row
