"""Our own MIME, read back by Python's parser: no defect, no header altered, every part as it was."""

import email.policy
import random
import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engagement.messages.delivery.headers import UNSAFE, clean_text, named_address
from engagement.messages.delivery.mime import HeaderUnsafe, bare_address, is_ours, written

HOSTILE = '\r\n\x00\x0b\x0c\x1c\x1d\x1e\x1f\x7f\x85\u2028\u2029\u202e \t:,;"<>@=?_()[]\\ab.žé漢😀'
TEXT = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200),
    st.text(alphabet=HOSTILE, max_size=80),
    st.builds("{}\r\nBcc: x@evil.example\r\n\r\n{}".format, st.text("ab ž"), st.text("ab ž")),
)
BODY = st.one_of(
    TEXT,
    st.lists(st.sampled_from([".", "..", "From x", "a" * 1500, "ž" * 600, " ", "=", ""])).map(
        "\n".join
    ),
)
EITHER = st.booleans()


def mail(subject="s", *, shop="", person="", text="t", html="<p>h</p>", headers=None):
    one = EmailMultiAlternatives(
        subject=clean_text(subject),
        body=text,
        from_email=named_address(name=shop, email="hello@lipa.example"),
        to=[named_address(name=person, email="jana@obchod-žlutý.example")],
        reply_to=["care@lipa.example"],
        headers={"Message-ID": "<a.0@after.example>", **(headers or {})},
    )
    if html:
        one.attach_alternative(html, "text/html")
    return one


def read(raw: bytes) -> EmailMessage:
    """The mail as a careful reader takes it; fails on any defect, and on what no line may hold."""
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    head = raw.partition(b"\r\n\r\n")[0]
    assert re.fullmatch(rb"[\x20-\x7e\r\n]*", head)
    found = message_from_bytes(raw, policy=email.policy.default)
    for part in found.walk():
        assert part.defects == []
        assert [name for name, value in part.items() if value.defects] == []
    return found


NAMES = ["Subject", "From", "To", "Reply-To", "Message-ID", "Date", "MIME-Version", "Content-Type"]


def assert_headers_stand(found: EmailMessage, one: EmailMultiAlternatives) -> None:
    assert list(found.keys())[: len(NAMES)] == NAMES
    assert list(found.keys())[len(NAMES) :] in ([], ["Content-Transfer-Encoding"])
    assert found["Subject"] == one.subject
    assert [each.addr_spec for each in found["From"].addresses] == ["hello@lipa.example"]
    to = found["To"].addresses
    assert [each.addr_spec for each in to] == ["jana@xn--obchod-lut-ueb85m.example"]
    assert found["Message-ID"] == "<a.0@after.example>"


def name_in(raw: bytes, header: str) -> str:
    """The name before the address. Python's own parser puts spaces between encoded words here."""
    phrase = message_from_bytes(raw)[header].rpartition("<")[0].strip()
    if phrase.startswith('"'):
        return phrase[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return str(make_header(decode_header(phrase)))


def as_read(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=250, deadline=None)
@given(subject=TEXT, shop=TEXT, person=TEXT, text=BODY, html=BODY, eight_bit=EITHER)
@example("a\x0bb", "L\r\nBcc: x@y.example", '"; <x@y.example>', ".\n.\n", "\x00", False)
@example("x" * 3000, "=?utf-8?q?=0A?=", "J\u2028Bcc: a@b.example", "ž" * 999, "a" * 998, True)
def test_what_was_written_is_read_back(subject, shop, person, text, html, eight_bit):
    one = mail(subject, shop=shop, person=person, text=text, html=html or "h")
    raw = written(one, eight_bit=eight_bit)
    assert eight_bit or raw.isascii()
    found = read(raw)
    assert_headers_stand(found, one)
    assert name_in(raw, "To") == clean_text(person, longest=120)
    assert name_in(raw, "From") == clean_text(shop, longest=120)
    plain, rich = found.iter_parts()
    assert as_read(plain.get_content()) == as_read(text)
    assert as_read(rich.get_content()) == as_read(html or "h")


def test_ten_thousand_hostile_titles_alter_no_header():
    dice = random.Random(20261122)
    for _ in range(10_000):
        title = "".join(dice.choices(HOSTILE, k=dice.randrange(1, 90)))
        one = mail(title + "\r\nBcc: evil@x.example", shop=title, person=title, html="")
        raw = written(one)
        found = message_from_bytes(raw)
        assert found.defects == []
        assert found.keys() == [*NAMES, "Content-Transfer-Encoding"]
        assert str(make_header(decode_header(found["Subject"].replace("\r\n", "")))) == one.subject
        assert bare_address(found["To"].replace("\r\n", "")) == "jana@xn--obchod-lut-ueb85m.example"


@settings(max_examples=150, deadline=None)
@given(value=TEXT)
@example("x\r\n y")
@example("a  b   c" + " d" * 90)
def test_a_value_that_nobody_has_cleaned_is_refused_or_stands_whole(value):
    """The writer's own guard, without `compose` before it."""
    one = mail(headers={"X-Told": value})
    if UNSAFE.search(value):
        with pytest.raises(HeaderUnsafe):
            written(one)
    else:
        found = message_from_bytes(written(one), policy=email.policy.default)
        assert list(found.keys()).count("X-Told") == 1
        assert "Bcc" not in found
        assert found["X-Told"].split() == value.split()


@pytest.mark.parametrize("name", ["X Told", "X:Told", "", "X\r\nBcc", "Ž"])
def test_a_header_of_an_impossible_name_is_refused(name):
    with pytest.raises(HeaderUnsafe):
        written(mail(headers={name: "x"}))


def test_a_line_too_long_for_a_header_is_refused():
    with pytest.raises(HeaderUnsafe):
        written(mail(headers={"List-Unsubscribe": f"<https://x.example/{'a' * 1000}>"}))


@settings(max_examples=60, deadline=None)
@given(subject=TEXT, shop=TEXT, text=BODY)
def test_it_says_what_djangos_own_mime_says(subject, shop, text):
    one = mail(subject, shop=shop, text=f"{text}.")  # Django leaves out an empty part
    ours = read(written(one))
    theirs = message_from_bytes(one.message().as_bytes(linesep="\r\n"), policy=email.policy.default)
    for name in ("Subject", "To", "Reply-To", "Message-ID"):
        assert " ".join(str(ours[name]).split()) == " ".join(str(theirs[name]).split())
    mine, other = ([p.get_content() for p in each.iter_parts()] for each in (ours, theirs))
    assert [as_read(part).rstrip("\n") for part in mine] == [
        as_read(part).rstrip("\n") for part in other
    ]


def test_a_mail_that_compose_would_never_make_is_djangos():
    assert is_ours(mail())
    assert is_ours(mail(html=""))
    with_file = mail()
    with_file.attach("a.txt", "x", "text/plain")
    copied = mail()
    copied.cc = ["b@mail.example"]
    assert not is_ours(with_file)
    assert not is_ours(copied)
