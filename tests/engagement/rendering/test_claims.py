"""A mail says what is known, and no more."""

from datetime import timedelta

import pytest

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.copy import SHARED
from engagement.messages.rendering.own_copy import LOOK, OwnCopy, OwnText
from engagement.messages.rendering.render import NEEDS_LINK, render
from engagement.messages.rendering.samples import PLACED, full

LINES = full()["order"]["lines"]
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


PARCEL_WORDS = {
    "en": ("parcel leaves", "leaves", "address"),
    "cs": ("odešleme", "vyrazí", "adrese"),
    "sk": ("odošleme", "vyrazí", "adrese"),
    "sl": ("odposlan", "na poti", "naslovu"),
    "fi": ("lähtee", "seurantalinkin", "osoitteessa"),
}


@pytest.mark.parametrize("language", PARCEL_WORDS)
def test_what_comes_as_a_file_is_promised_no_parcel(language):
    def words(*, needs_shipping):
        lines = [{**full()["order"]["lines"][0], "needs_shipping": needs_shipping}]
        order = {**full()["order"], "lines": lines}
        context = {**full(), "order": order}
        mail = render(template="order_confirmation", language=language, context=context)
        return f"{mail.preheader} {mail.text.split(order['status_url'])[0]}".replace("\xa0", " ")

    for word in PARCEL_WORDS[language]:
        assert word in words(needs_shipping=True)
        assert word not in words(needs_shipping=False)


def test_one_parcel_among_files_is_promised():
    lines = [{**line, "needs_shipping": number == 1} for number, line in enumerate(LINES)]
    mail = written("order_confirmation", order={**full()["order"], "lines": lines})
    assert "When the parcel leaves" in mail.text


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


def test_what_a_merchant_links_to_never_takes_the_place_of_a_login_link():
    own = OwnCopy({(SHARED, LOOK): OwnText(1, {"button_url": "https://lipa.example/sale"})})
    mail = render(template="login_link", language="en", context=full(), own=own)
    assert full()["link"]["url"] in mail.html
    assert "/sale" not in mail.html + mail.text


@pytest.mark.parametrize("key", sorted(NEEDS_LINK))
def test_a_mail_about_a_link_is_not_written_without_one(key):
    for link in (None, {}, {"url": "javascript:alert(1)"}):
        with pytest.raises(TemplateBroken, match="link"):
            written(key, link=link)


CARRIES_VOUCHER = (
    "thank_you",
    "order_confirmation",
    "order_shipped",
    "documents_ready",
    "win_back_2",
)


@pytest.mark.parametrize("key", CARRIES_VOUCHER)
def test_without_a_voucher_the_mail_stays_and_says_nothing_of_one(key):
    with_it, without_it = written(key), written(key, voucher=None)
    assert "LIPA-7K4M-Q9TX" in with_it.text
    assert "LIPA-7K4M-Q9TX" in with_it.html
    for part in (without_it.subject, without_it.preheader, without_it.html, without_it.text):
        for word in ("LIPA-7K4M", "voucher", "% off", "small"):
            assert word not in part.split("</style>")[-1]
