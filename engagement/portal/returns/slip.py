"""The return slip: one page to print. Above, the label for the parcel; below, what goes into it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.colors import HexColor, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    KeepInFrame,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from core.pdf.codes import Qr, bars
from core.pdf.letters import said, words

MARGIN = 15 * mm
WIDTH = A4[0] - 2 * MARGIN
GREY = HexColor("#595959")
LINES_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipLine:
    """One line of what comes back; `why` in the reader's words, empty where nobody asked."""

    quantity: str
    title: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What stands on the paper. Addresses are lines; `page_url` is the return's own page."""

    language: str
    shop: str
    reference: str
    order_number: str
    to_lines: Sequence[str]
    from_lines: Sequence[str]
    lines: Sequence[SlipLine]
    send_by: str = ""
    shop_pays: bool = False
    page_url: str = ""
    instructions: str = ""
    steps: Sequence[str] = field(default_factory=tuple)


def slip_pdf(slip: Slip) -> bytes:
    """The page as PDF, in the language that is active. The same slip gives the same bytes."""
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=said(f"{_('Return')} {slip.reference}"),
        author=said(slip.shop),
        lang=slip.language,
        invariant=1,
    )
    paper.build([*_label(slip), *_inside(slip)])
    return out.getvalue()


def _label(slip: Slip) -> list[Flowable]:
    to = _boxed([words(pgettext("label", "To"), size=8, textColor=GREY)], slip.to_lines, 14, 42)
    back = _boxed(
        [words(pgettext("label", "From"), size=8, textColor=GREY)], slip.from_lines, 9, 42
    )
    code = bars(slip.reference, width=WIDTH * 0.6)
    codes = [code, Spacer(0, 2 * mm), words(slip.reference, size=14, bold=True)]
    right: list[Flowable] = [Qr(slip.page_url, side=30 * mm)] if slip.page_url else []
    box = Table(
        [[to, back], [codes, right]],
        colWidths=[WIDTH * 0.62, WIDTH * 0.38],
        rowHeights=[46 * mm, 36 * mm],
    )
    box.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 1, black),
                ("VALIGN", (0, 0), (-1, 0), "TOP"),
                ("VALIGN", (0, 1), (-1, 1), "MIDDLE"),
            ]
        )
    )
    pays = (
        _("The shop pays for the way back.")
        if slip.shop_pays
        else _("This label is an address, not a stamp: please pay the carrier.")
    )
    return [
        box,
        Spacer(0, 2 * mm),
        words(f"{_('Stick this on the parcel, flat and whole.')} {pays}", size=8, textColor=GREY),
        Spacer(0, 4 * mm),
        HRFlowable(width="100%", dash=(3, 3), color=GREY),
        Spacer(0, 5 * mm),
    ]


def _boxed(above: list[Flowable], lines: Sequence[str], size: float, height: float) -> KeepInFrame:
    """Lines that shrink rather than leave their box."""
    rows = [words(line, size=size, bold=size > 10) for line in lines[:10] if said(line)]
    return KeepInFrame(0, height * mm, [*above, *rows], mode="shrink")


def _inside(slip: Slip) -> list[Flowable]:
    title = _("Please put this part into the parcel")
    order = _("Order %(number)s") % {"number": slip.order_number}
    rows = [
        [
            words("", size=9),
            words(_("What comes back"), size=9, bold=True),
            words(_("Why"), size=9, bold=True),
        ]
    ]
    for line in slip.lines[:LINES_SHOWN]:
        quantity = words(f"{line.quantity} ×", size=9)
        rows.append([quantity, words(line.title[:300], size=9), words(line.why[:300], size=9)])
    table = Table(rows, colWidths=[WIDTH * 0.12, WIDTH * 0.53, WIDTH * 0.35], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, GREY),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    said_rows: list[Flowable] = [
        words(slip.shop[:120], size=9, textColor=GREY),
        words(f"{_('Return')} {slip.reference}", size=16, bold=True),
        words(order, size=10),
        Spacer(0, 3 * mm),
        words(title, size=10, bold=True),
        Spacer(0, 2 * mm),
        table,
        Spacer(0, 4 * mm),
    ]
    if slip.send_by:
        said_rows.append(
            words(_("Please send it by %(day)s.") % {"day": slip.send_by}, size=10, bold=True)
        )
    for number, step in enumerate(slip.steps, start=1):
        said_rows.append(words(f"{number}. {step}", size=10))
    if slip.instructions:
        said_rows += [Spacer(0, 2 * mm), words(slip.instructions, size=9)]
    return said_rows
