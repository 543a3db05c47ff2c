"""The blocks that a mail may carry: what each shows, in every language, and when it is not there."""

import pytest

from engagement.messages.rendering.copy import SHARED, languages_of
from engagement.messages.rendering.own_copy import LOOK, OwnCopy, OwnText
from engagement.messages.rendering.render import render
from engagement.messages.rendering.samples import full

LANGUAGES = languages_of(SHARED)
NBSP = "\xa0"
VOUCHERS = {
    "percent": ({"percent": 15}, "15"),
    "value": ({"amount": {"minor": 25000, "currency": "CZK"}}, "250"),
    "free_delivery": ({}, ""),
    "gift": (
        {"gift": {"en": "Sponge", "cs": "Houba", "sk": "Špongia", "sl": "Goba", "fi": "Sieni"}},
        "",
    ),
}


def mail(template, *, language="en", own=None, **changes):
    context = {**full(), **changes}
    if own is not None:
        return render(template=template, language=language, context=context, own=own)
    return render(template=template, language=language, context=context)


def voucher(**facts):
    return {"code": "ABCD-1234", "is_single_use": False, **facts}


def block(template, *, language="en", **changes) -> str:
    """What the text part says between the code's mail and the way to reach the shop."""
    text = mail(template, language=language, thanks=None, **changes).text.replace(NBSP, " ")
    code = text.index("ABCD-1234")
    return text[text.rindex("\n\n", 0, code) : text.index("\n\n", code)].strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", VOUCHERS)
def test_every_kind_of_voucher_says_what_it_is_worth(kind, language):
    facts, worth = VOUCHERS[kind]
    told = block("win_back_2", language=language, voucher=voucher(kind=kind, **facts))
    first = told.splitlines()[0]
    assert worth in first
    assert len(first) >= 4
    if kind == "gift":
        assert first == facts["gift"][language]
    others = {
        block("win_back_2", language=language, voucher=voucher(kind=other, **VOUCHERS[other][0]))
        for other in VOUCHERS
    }
    assert len(others) == len(VOUCHERS)


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("en", "Good until 15 January 2027, once"),
        ("cs", "Platí do 15. ledna 2027, použít ho můžete jednou"),
        ("sk", "Platí do 15. januára 2027, použiť ho môžete raz"),
        ("sl", "Zadnji dan veljavnosti: 15. januar 2027 (za enkratno uporabo)"),
        ("fi", "Voimassa 15. tammikuuta 2027 asti, käytettävissä kerran"),
    ],
)
def test_the_last_day_stands_in_the_case_that_the_sentence_asks_for(language, day):
    facts = voucher(kind="percent", percent=5, expires_at="2027-01-15") | {"is_single_use": True}
    assert day in block("thank_you", language=language, voucher=facts)


def test_a_voucher_without_limits_names_none():
    told = block("thank_you", voucher=voucher(kind="percent", percent=5))
    assert told.splitlines() == ["5% off your next order", "Your code: ABCD-1234"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_holiday_has_its_own_greeting_and_tells_when_the_shop_is_closed(language):
    kinds = ("christmas", "new_year", "easter", "midsummer")
    days = {"closed_from": "2026-12-24", "closed_until": "2027-01-02"}
    mails = [
        mail("holiday_greeting", language=language, voucher=None, occasion={"kind": kind, **days})
        for kind in kinds
    ]
    assert len({one.subject for one in mails}) == len(kinds)
    for one in mails:
        assert "24" in one.text.split("care@lipa.example")[0]
        assert len(one.subject) <= 60
    open_all_days = mail(
        "holiday_greeting", language=language, voucher=None, occasion={"kind": "easter"}
    )
    assert "24" not in open_all_days.text.split("+420")[0].split("care@lipa")[0]


def test_a_text_by_language_is_the_one_asked_for_else_the_stores():
    thanks = {"name": "Marta", "role": {"en": "packs", "cs": "balí"}}
    assert "Marta, balí" in mail("thank_you", language="cs", thanks=thanks).text
    assert "Marta, packs" in mail("thank_you", language="fi", thanks=thanks).text


def test_who_signs_rides_on_the_confirmation_and_does_not_where_nobody_does():
    assert "Marta Dvořáková" in mail("order_confirmation").text
    alone = mail("order_confirmation", thanks=None)
    assert "Marta" not in alone.text + alone.html
    assert "Thank you for choosing us" not in alone.text


def test_line_ends_make_paragraphs_and_steps():
    notice = {"kind": "recall", "product": "Brush", "todo": "Stop using it.\n\nSend it back."}
    assert "1. Stop using it.\n2. Send it back." in mail("safety_notice", notice=notice).text
    article = {"title": "News", "text": "One.\r\nTwo."}
    assert "One.\n\nTwo." in mail("newsletter", article=article).text


@pytest.mark.parametrize(
    ("size", "told"),
    [(999, None), (184_000, "184 kB"), (2_400_000, "2.4 MB"), (-1, None), ("x", None)],
)
def test_a_papers_size_is_told_in_words_that_people_use(size, told):
    papers = [{"title": "Terms", "url": "https://x.example/t", "kind": "warranty", "size": size}]
    line = mail("documents_ready", documents=papers).text.replace(NBSP, " ").split("- Terms ")[1]
    assert line.startswith(f"(Warranty terms, {told})" if told else "(Warranty terms)")


def test_what_is_asked_for_or_kept_is_told_and_a_word_nobody_knows_is_told_in_general():
    told = mail("preference_confirmation", topics=["newsletter", "__class__"]).text
    assert "- The newsletter\n- News from the shop" in told
    told = mail("erasure_done", erasure={"kept": ["orders", "mystery"]}).text
    assert "- Invoices and order records" in told
    assert "- Some records" in told


@pytest.mark.parametrize(("hidden", "gone"), [("signature", "Marta"), ("guide", "wooden brush")])
def test_a_shop_may_leave_out_who_signs_and_the_guide(hidden, gone):
    own = OwnCopy({("order_shipped", LOOK): OwnText(1, {"hidden": [hidden]})})
    assert gone in mail("order_shipped").text
    without = mail("order_shipped", own=own)
    assert gone not in without.text + without.html
