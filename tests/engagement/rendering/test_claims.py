"""A mail says what is known, and no more."""

from datetime import timedelta

import pytest

from engagement.messages.rendering.render import render
from engagement.messages.rendering.samples import PLACED, full

PROMISED = PLACED + timedelta(days=4)


def written(template, **changes):
    return render(template=template, language="en", context={**full(), **changes})


def delayed(**facts):
    return written("order_delayed", delay={"cause": "promise_passed", **facts}).text


def test_a_promise_not_yet_over_is_told_as_what_the_carrier_says():
    words = delayed(promised_at=PROMISED, new_estimate=PROMISED + timedelta(days=3), is_over=False)
    assert "The carrier now says that it will not make it by then." in words
    assert "not heard that it arrived" not in words


def test_a_promise_that_is_over_claims_only_that_nothing_was_heard():
    words = delayed(promised_at=PROMISED, is_over=True)
    assert "we have not heard that it arrived" in words
    assert "We do not know the new day yet" in words
    assert "money back" not in words


def test_silence_is_not_told_as_a_new_day():
    mail = written("order_delayed", delay={"cause": "silent", "new_estimate": PROMISED})
    assert "no news from the carrier" in mail.subject
    assert "expected" not in mail.text.lower()


@pytest.mark.parametrize("is_digital", [True, False])
def test_what_is_not_shipped_has_no_free_delivery(is_digital):
    order = {**full()["order"], "shipping": {"minor": 0, "currency": "CZK"}}
    if is_digital:
        order |= {"shipping_address": {}, "shipping_method": ""}
    mail = written("order_confirmation", order=order)
    assert ("Free" in mail.text) is not is_digital
    assert (">Free<" in mail.html) is not is_digital


def test_a_platform_s_key_for_the_payment_is_told_in_words():
    order = {**full()["order"], "payment_method": "shopify_payments"}
    assert "Shopify payments" in written("order_confirmation", order=order).text


def test_order_news_has_a_quiet_way_to_the_preferences_and_can_do_without():
    link = "https://lipa.example/u/abc/"
    with_link = written("order_confirmation", links={"preferences_url": link})
    assert link in with_link.html
    assert link in with_link.text
    assert "Unsubscribe" not in with_link.text
    assert "Choose which mail" not in written("order_confirmation", links={}).html
