"""Codes for scanners on paper: Code 128 for hand scanners, QR for telephones."""

import segno
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

QUIET = 4  # modules; the standard's


class Qr(Flowable):
    """A QR code of `text`, drawn in squares, `side` points wide with its quiet zone."""

    def __init__(self, text: str, *, side: float) -> None:
        super().__init__()
        self.rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
        self.width = self.height = side

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        """One rectangle a run of dark modules: no seams between them."""
        count = len(self.rows)
        module = self.width / (count + 2 * QUIET)
        for number, row in enumerate(self.rows):
            bottom = (count + QUIET - number - 1) * module
            start = None
            for column, dark in enumerate([*row, 0]):
                if dark and start is None:
                    start = column
                elif not dark and start is not None:
                    left = (start + QUIET) * module
                    self.canv.rect(
                        left, bottom, (column - start) * module, module, stroke=0, fill=1
                    )
                    start = None


def bars(value: str, *, width: float, height: float = 16 * mm) -> Code128:
    """`value` (ASCII) in Code 128 with its quiet zones, no wider than `width` points."""
    thickest = 0.5 * mm
    code = Code128(value, barHeight=height, barWidth=thickest, quiet=1)
    if code.width > width:
        code = Code128(value, barHeight=height, barWidth=thickest * width / code.width, quiet=1)
    return code
