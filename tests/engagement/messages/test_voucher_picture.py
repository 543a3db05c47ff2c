"""A voucher's code as a picture: for whoever has the mail, drawn without asking the database."""

import struct
import zlib

import pytest
from django.conf import settings

from core.links import seal
from engagement.messages.voucher_picture import PURPOSE, voucher_picture_url
from tests.factories.stores import StoreFactory

CODE = "LIPA-7K4M-Q9TX"
SCALE, BORDER = 8, 4
FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]


def path_of(store, code=CODE):
    return voucher_picture_url(store=store, code=code).removeprefix(settings.SITE_URL)


def modules(png: bytes) -> list[str]:
    """The picture's squares as rows of 1 (dark) and 0 (light): one bit a pixel, no filter."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (width, depth, kind) == (height, 1, 0)
    at = png.index(b"IDAT")
    raw = zlib.decompress(png[at + 4 : at + 4 + struct.unpack(">I", png[at - 4 : at])[0]])
    stride = (width + 7) // 8 + 1
    rows = []
    for top in range(0, height, SCALE):
        line = raw[top * stride : (top + 1) * stride]
        assert line[0] == 0
        bits = "".join(f"{byte:08b}" for byte in line[1:])[:width]
        rows.append("".join("0" if bit == "1" else "1" for bit in bits[::SCALE]))
    return rows


def test_whoever_has_the_mail_sees_the_picture_and_it_costs_no_query(
    client, store, django_assert_num_queries
):
    path = path_of(store)
    with django_assert_num_queries(0):
        answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    assert not answer.cookies
    assert CODE not in path


def test_the_picture_is_a_qr_code_with_its_quiet_zone(client, store):
    rows = modules(client.get(path_of(store)).content)
    inner = [row[BORDER:-BORDER] for row in rows[BORDER:-BORDER]]
    for row in (*rows[:BORDER], *rows[-BORDER:]):
        assert set(row) == {"0"}
    assert all(row.startswith("0" * BORDER) and row.endswith("0" * BORDER) for row in rows)
    assert (len(inner) - 17) % 4 == 0
    assert [row[:7] for row in inner[:7]] == FINDER
    assert [row[-7:] for row in inner[:7]] == FINDER
    assert [row[:7] for row in inner[-7:]] == FINDER


def test_another_code_or_store_has_another_picture_or_address(client, store):
    other = StoreFactory(slug="other")
    assert path_of(store) != path_of(other)
    one, two = (client.get(path_of(store, code)).content for code in (CODE, CODE[::-1]))
    assert one != two


@pytest.mark.parametrize("forged", ["x", "A" * 80, "%00", "é"])
def test_a_forged_address_shows_nothing(client, store, forged):
    token = path_of(store).removeprefix("/u/code/").removesuffix(".png")
    changed = ("B" if token[5] != "B" else "C").join((token[:5], token[6:]))
    for wrong in (forged, changed, token + "A", seal(purpose="unsubscribe", plain=b"12345678X")):
        assert client.get(f"/u/code/{wrong}.png").status_code == 404
    assert client.get(f"/u/code/{seal(purpose=PURPOSE, plain=b'12345678')}.png").status_code == 404


def test_only_looking_is_possible(client, store):
    assert client.head(path_of(store)).status_code == 200
    assert client.post(path_of(store)).status_code == 405


def test_a_code_too_long_to_scan_has_no_picture(store):
    assert voucher_picture_url(store=store, code="X" * 65) == ""
