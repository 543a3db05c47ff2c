"""Pictures from strangers: decoded and written anew, so that nothing but what is seen survives (A15).

No metadata (where it was taken, with what), no second file behind the first, no script, no profile.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Literal

from django.core.files.base import ContentFile, File
from PIL import Image, ImageFile, ImageOps

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 25_000_000  # 100 MB when decoded
MOST_PIXELS_JPEG = 150_000_000  # a JPEG is decoded smaller at once
SIDE = 2000  # pixels of the longer side that is kept: enough to read a label
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")

# What Pillow's readers raise on broken files.
BROKEN = (
    *(OSError, ValueError, SyntaxError, KeyError, IndexError, EOFError, OverflowError, TypeError),
    *(struct.error, zlib.error, MemoryError),
)

Why = Literal["too_big", "not_a_picture", "too_many_pixels"]


@dataclass(frozen=True)
class PictureRefused(Exception):
    """The file is not taken, and why."""

    why: Why


def take_picture(*, file: File) -> ContentFile:
    """The picture in `file` as a new JPEG, upright, at most `SIDE` pixels long, on white.

    JPEG, PNG and WebP by what they are, whatever they are called; of a moving one the first picture.
    Raises `PictureRefused`.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PictureRefused("too_big")
    try:
        return _written(_decoded(data))
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused("too_many_pixels") from error
    except BROKEN as error:
        raise PictureRefused("not_a_picture") from error


def _decoded(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = picture.size
    most = MOST_PIXELS_JPEG if picture.format == "JPEG" else MOST_PIXELS
    if width * height > most:
        raise PictureRefused("too_many_pixels")
    if isinstance(picture, ImageFile.ImageFile) and picture.format == "JPEG":
        picture.draft("RGB", (SIDE, SIDE))
    picture.load()
    upright = _upright(picture)
    upright.thumbnail((SIDE, SIDE))
    return upright


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its camera was held; left as it is where nobody can read how."""
    try:
        return ImageOps.exif_transpose(picture)
    except BROKEN:
        return picture


def _written(picture: Image.Image) -> ContentFile:
    """Drawn on white: pixels only, whatever hung on them."""
    paper = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        solid = picture.convert("RGBA")
        paper.paste(solid, mask=solid)
    else:
        paper.paste(picture.convert("RGB"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return ContentFile(out.getvalue())
