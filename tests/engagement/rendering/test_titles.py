"""Ten thousand titles, as shops all over the world write them: each reads in the subject as written."""

import random
import unicodedata
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser

from core.ids import new_public_id
from core.stores.models import Store
from engagement.messages.delivery.compose import compose
from engagement.messages.delivery.mime import written
from engagement.messages.models import Message
from engagement.messages.rendering.plain_data import one_line
from engagement.messages.rendering.render import Rendered
from engagement.messages.rules import Go

LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "áčďéěíňóřšťúůýžľĺŕôäöåđšžćÁČĎÉĚÍŇÓŘŠŤÚŮÝŽß",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяїєґ",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "אבגדהוזחטיכלמנסעפצקרשת",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "漢字仮名交じり文商品カタログ한국어상품",
    "🧴🍯🧼🌿👩‍👩‍👧🇨🇿❤️",
    "e\u0301a\u0308o\u030b",
    "—–„“”«»‘’…·×½€£¥%°™®",
    "()<>[]@,;:\\\".=?_!#$&'*+-/^`{|}~",
    "=?utf-8?q?=0A?= =?iso-8859-1?b?",
)
HARMFUL = "\r\n\t\x00\x0b\x0c\x1b\x85\u2028\u2029\u202e\u2066\ufeff"


def titles(*, count: int, seed: int) -> list[str]:
    """Titles of one to 120 signs, words parted by single spaces; every fourth with controls in it."""
    dice = random.Random(seed)
    made = []
    for number in range(count):
        alphabets = dice.sample(LETTERS, dice.randint(1, 3))
        signs = [
            " " if dice.random() < 0.15 else dice.choice(dice.choice(alphabets))
            for _ in range(dice.randint(1, 120))
        ]
        if number % 4 == 0:
            for _ in range(dice.randint(1, 4)):
                signs.insert(dice.randrange(len(signs) + 1), dice.choice(HARMFUL))
            signs.append("\r\nBcc: stranger@evil.example")
        made.append("".join(signs))
    return made


def meant_by(title: str) -> str:
    """What a reader is to see: no controls, composed letters, and nothing that poses as an encoded word."""
    words = " ".join(one_line(title).replace("=?", "= ?").split())
    return unicodedata.normalize("NFC", words)


def test_none_of_ten_thousand_titles_is_altered_or_adds_a_header():
    store = Store(pk=1, name="Lipa", slug="lipa", sender_name="Lipa")
    store.sender_email = "hello@lipa.example"
    message = Message(pk=1, public_id=new_public_id(), flow="x", message_class="transactional")
    going = Go(to_email="jana@mail.example", to_name="Jana", language="cs", context={})
    parser = BytesHeaderParser()
    names, altered = set(), []
    for number, title in enumerate(titles(count=10_000, seed=20261122)):
        mail = compose(
            message=message,
            store=store,
            going=going,
            rendered=Rendered(subject=one_line(title), preheader="", html="<p>x</p>", text="x"),
            unsubscribe_url="",
            now=datetime(2026, 3, 3, tzinfo=UTC),
        )
        # What leaves by SMTP; providers' interfaces get Django's own.
        raw = written(mail) if number % 10 else mail.message().as_bytes(linesep="\r\n")
        head = parser.parsebytes(raw)
        names.add(frozenset(name.lower() for name in head.keys()))  # noqa: SIM118 (a header is no dict)
        seen = str(make_header(decode_header(head["Subject"].replace("\r\n", "")))).strip()
        if number % 10:
            assert head["Subject"][:2] != "\r\n"
        if seen != meant_by(title):
            altered.append((meant_by(title), seen))
    assert altered == []
    assert len(names) == 1
    assert "bcc" not in next(iter(names))
