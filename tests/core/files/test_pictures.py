"""Pictures from strangers: what is kept is a new picture, and what is no picture is refused."""

import contextlib
import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.base import ContentFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.files.pictures import MOST_BYTES, SIDE, PictureRefused, take_picture

SCRIPT = b"<script>alert(1)</script><?php system($_GET[0]); ?>"


def picture(kind="JPEG", size=(300, 200), mode="RGB", **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, more.pop("color", "red")).save(out, kind, **more)
    return out.getvalue()


def taken(data: bytes) -> bytes:
    return take_picture(file=ContentFile(data, name="photo.jpg")).read()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "SECRETCAMERA"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (50.0, 5.0, 15.5)
    return picture(exif=exif, comment=SCRIPT)


def zip_of(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, SCRIPT)
    return out.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def noted() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", SCRIPT.decode(), zip=True)
    return info


@pytest.mark.parametrize(
    "data",
    [
        picture("PNG", mode="RGBA", color=(1, 2, 3, 0)),
        picture("PNG", mode="P", color=3),
        picture("PNG", mode="I;16", color=3),
        picture("WEBP"),
        picture("JPEG", mode="CMYK", color=(1, 2, 3, 4)),
        picture("JPEG", mode="L", color=7),
    ],
)
def test_what_people_take_becomes_a_jpeg(data):
    made = Image.open(io.BytesIO(taken(data)))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (300, 200))


@pytest.mark.parametrize(
    "data",
    [
        with_gps(),
        picture() + zip_of("index.html"),
        picture("PNG") + SCRIPT,
        picture("PNG", pnginfo=noted()),
        picture("WEBP", exif=b"Exif\0\0" + SCRIPT, xmp=SCRIPT),
    ],
    ids=["gps", "zip behind", "script behind", "note", "webp"],
)
def test_nothing_but_the_picture_survives(data):
    made = taken(data)
    picture = Image.open(io.BytesIO(made))
    assert not picture.getexif()
    assert picture.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    for trace in (b"script", b"php", b"SECRETCAMERA", b"PK\x03\x04", b"Exif"):
        assert trace not in made


def test_it_stands_upright_and_is_no_larger_than_needed():
    assert Image.open(io.BytesIO(taken(with_gps()))).size == (200, 300)
    made = Image.open(io.BytesIO(taken(picture(size=(6000, 3000)))))
    assert made.size == (SIDE, SIDE // 2)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not_a_picture"),
        (SCRIPT, "not_a_picture"),
        (b"GIF89a/*" + SCRIPT, "not_a_picture"),
        (picture("GIF"), "not_a_picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "not_a_picture"),
        (b"%PDF-1.4\n" + picture(), "not_a_picture"),
        (zip_of("a.jpg"), "not_a_picture"),
        (picture(size=(900, 900))[:600], "not_a_picture"),
        (picture("TIFF"), "not_a_picture"),
        (bomb(), "too_many_pixels"),
        (bomb(2**31 - 1), "too_many_pixels"),
        (picture() + b"\0" * MOST_BYTES, "too_big"),
    ],
)
def test_what_is_no_picture_is_refused(data, why):
    with pytest.raises(PictureRefused) as refused:
        taken(data)
    assert refused.value.why == why


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_a_broken_file_is_refused_and_breaks_nothing(kind, data):
    whole = bytearray(picture(kind, size=(40, 30)))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(PictureRefused):  # anything else would be a page that breaks
        assert taken(bytes(whole)).startswith(b"\xff\xd8")
