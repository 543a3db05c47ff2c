"""Links are plain, unless the shop and the person both want them measured; then sealed, never open."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.clock import real_now
from core.links import seal
from core.stores.scope import every_store
from engagement.messages.delivery.measured_links import (
    measured_url,
    read_measured,
    with_measured_links,
)
from engagement.messages.models import LocalMail, Message, MessageEvent
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.rendering.render import Rendered
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.operations.unsubscribe import unsubscribe

TARGET = "https://lipa.example/p/1?a=1&b=2"


def allow(message, now, basis="explicit"):
    record_consent(
        customer_id=message.customer_id,
        purpose="tracking",
        basis=basis,
        source="preferences_page",
        wording="May see which links I open",
        stated_at=now,
        now=now,
    )


@pytest.mark.parametrize(
    ("shop_wants", "person_wants", "measured"),
    [(False, False, False), (True, False, False), (False, True, False), (True, True, True)],
)
def test_both_must_want_it(due, judge, shop, shop_wants, person_wants, measured):
    shop.track_clicks = shop_wants
    shop.save()
    message, now = due("review_request")
    if person_wants:
        allow(message, now - timedelta(hours=1))
    assert judge(message).measures is measured


def test_order_news_is_never_measured(due, judge, shop):
    shop.track_clicks = True
    shop.save()
    message, now = due("order_confirmation")
    allow(message, now - timedelta(hours=1))
    assert not judge(message).measures


def html_of(message) -> str:
    with every_store():
        mime = bytes(LocalMail.objects.get(message=message).mime).decode()
    return re.sub(r"=\r?\n", "", mime).replace("=3D", "=")


@pytest.fixture
def opened(due, shop):
    """A measured mail that was sent, and the first of its links."""
    shop.track_clicks, shop.site_url = True, "https://lipa.example/"
    shop.save()
    message, now = due("review_request")
    allow(message, now - timedelta(hours=1))
    drain_outbox()
    links = re.findall(r'href="http://127\.0\.0\.1:8000(/u/go/[\w-]+/)"', html_of(message))
    assert links
    return message, links[0]


def clicks() -> int:
    with every_store():
        return MessageEvent.objects.filter(kind="clicked").count()


def test_a_measured_link_leads_on_and_is_noted_once(opened):
    _, link = opened
    for _ in range(3):
        answer = Client().get(link)
        assert answer.status_code == 302
        assert answer["Location"].startswith("https://lipa.example")
        assert not answer.cookies
    assert Client().head(link).status_code == 302
    assert clicks() == 1


def test_a_scanner_that_only_asks_for_the_head_notes_nothing(opened):
    _, link = opened
    assert Client().head(link).status_code == 302
    assert clicks() == 0


@pytest.mark.parametrize("how", ["withdraws", "leaves", "shop stops"])
def test_after_withdrawal_the_link_leads_on_and_notes_nothing(opened, shop, how):
    message, link = opened
    if how == "withdraws":
        allow(message, real_now(), basis="none")
    elif how == "leaves":
        unsubscribe(customer_id=message.customer_id, source="test", now=real_now())
    else:
        shop.track_clicks = False
        shop.save()
    assert Client().get(link).status_code == 302
    assert clicks() == 0


def test_the_way_out_is_never_measured(opened):
    message, _ = opened
    assert re.search(r'href="http://127\.0\.0\.1:8000/u/[\w-]{64}/"', html_of(message))


def test_nobody_sends_anybody_elsewhere_with_our_address(opened):
    message, link = opened
    token = link.split("/")[3]
    evil = message.store_id.to_bytes(8, "big") + bytes(16) + b"https://evil.example/"
    forged = [
        seal(purpose="mail in a browser", plain=evil),
        token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        "https:%2F%2Fevil.example",
        "x",
    ]
    for one in forged:
        answer = Client().get(f"/u/go/{one}/")
        assert answer.status_code == 404
        assert "Location" not in answer
    assert clicks() == 0


def test_text_and_long_or_own_links_stay_plain(settings):
    message = Message(store_id=1, public_id=uuid.uuid4())
    long = "https://lipa.example/" + "x" * 300
    page = (
        f'<a style="x" href="{TARGET.replace("&", "&amp;")}">1</a><a href="{long}">2</a>'
        f'<a href="{settings.SITE_URL}/u/abc/">3</a><a href="mailto:a@b.example">4</a>'
        '<img src="https://lipa.example/1.png">'
    )
    mail = with_measured_links(
        Rendered(subject="s", preheader="", html=page, text=TARGET), message=message
    )
    assert mail.text == TARGET
    assert mail.html.count("/u/go/") == 1
    assert long in mail.html
    assert 'src="https://lipa.example/1.png"' in mail.html
    token = re.search(r"/u/go/([\w-]+)/", mail.html)[1]
    assert read_measured(token) == (1, message.public_id, TARGET)


@given(st.text(min_size=1, max_size=60))
def test_whatever_the_target_it_comes_back_whole_or_not_at_all(path):
    message = Message(store_id=1, public_id=uuid.uuid4())
    target = "https://lipa.example/" + path.encode("utf-8", "ignore").decode()
    token = measured_url(message, target=target).split("/")[-2]
    named = read_measured(token)
    assert named is None or named == (1, message.public_id, target)
