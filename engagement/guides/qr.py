"""The code for box and insert that leads to a guide, to be printed."""

from io import BytesIO
from typing import Literal

import segno

Kind = Literal["svg", "pdf"]
KINDS: tuple[Kind, ...] = ("svg", "pdf")
MODULE = 6  # points of one square: on paper about 2 mm, read from an arm's length


def qr_file(*, address: str, kind: Kind) -> bytes:
    """A QR code of `address` with its quiet zone. Medium error correction: cardboard gets scratched."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, scale=MODULE)
    return out.getvalue()
