"""Sending something back on the order's page: what, why and for what, how."""

import pytest
from django.test import Client

from core.stores.scope import store_scope
from orders.models import Return
from tests.engagement.portal.returns.conftest import box, fields

pytestmark = pytest.mark.django_db(transaction=True)


def test_money_back_step_by_step(shop, inside, bought, walk, returns, mailbox):
    before = len(mailbox())
    answer = walk()
    (asked,) = returns()
    assert (answer.status_code, answer.url) == (
        303,
        f"/portal/{shop.slug}/returns/{asked.public_id}/",
    )
    assert (asked.outcome, asked.goods_minor, asked.status) == ("refund", 20000, "approved")
    page = inside.get(answer.url).text
    for words in (asked.reference, "You can send it back", "Send it at the latest by", "Rose soap"):
        assert words in page
    assert [mail.subject for mail in mailbox()[before:]] == [
        f"Your return {asked.reference}: how to send it"
    ]
    assert asked.reference in inside.get(bought.path.removesuffix("return/")).text


def test_the_outcomes_are_shown_with_their_money_and_the_exchange_first(inside, bought, policy):
    policy(credit_bonus_percent=10, fee_minor=1000)
    page = inside.get(bought.path).text
    page = inside.post(
        bought.path, {**fields(page), box(page, "Rose soap"): "1", "go": "why"}
    ).text.replace("\xa0", " ")
    order = [page.index(f'value="{outcome}"') for outcome in ("exchange", "credit", "refund")]
    assert order == sorted(order)
    assert "220.00" in page  # credit with its bonus
    assert "190.00" in page  # money, less the fee: not hidden, not smaller than it is
    assert "30.00 more than as money" in page
    assert "Our fee of" in page


def test_an_exchange_takes_what_is_chosen(walk, returns):
    assert walk(outcome="exchange", instead="Small").status_code == 303
    (asked,) = returns()
    assert (asked.outcome, asked.lines.all()[0].new_title) == ("exchange", "Small")
    assert asked.new_goods_minor == 10000


def test_an_exchange_without_a_choice_is_asked_again_and_keeps_what_was_said(walk, returns):
    answer = walk(outcome="exchange")
    assert answer.status_code == 422
    assert "Choose what you would like instead." in answer.text
    assert returns() == []


def test_what_lacks_is_said_on_top_and_nothing_is_lost(inside, bought):
    page = inside.get(bought.path).text
    sent = fields(page)
    answer = inside.post(bought.path, {**sent, "go": "why"})
    assert (answer.status_code, "Choose at least one thing" in answer.text) == (422, True)
    ticked = {**sent, box(page, "Rose soap"): "1"}
    for wrong in ("0", "3", "1.5", "-1", "NaN", "1e9", "x"):
        name = box(page, "Rose soap").replace("take", "quantity")
        answer = inside.post(bought.path, {**ticked, name: wrong, "go": "why"})
        assert "Choose how many" in answer.text, wrong
    page = inside.post(bought.path, {**ticked, "go": "why"}).text
    answer = inside.post(bought.path, {**fields(page), "outcome": "refund", "go": "way"})
    assert "Say why" in answer.text
    assert 'value="refund" checked' in answer.text
    back = inside.post(bought.path, {**fields(answer.text), "go": "what"}).text
    assert f'name="{box(back, "Rose soap")}" value="1" checked' in back


def test_one_piece_of_two_and_the_brush_cannot_be_exchanged(inside, bought, returns):
    page = inside.get(bought.path).text
    sent = {**fields(page), box(page, "Ash brush"): "1", box(page, "Rose soap"): "1"}
    sent[box(page, "Rose soap").replace("take", "quantity")] = "1"
    page = inside.post(bought.path, {**sent, "go": "why"}).text
    assert 'value="exchange"' not in page  # nothing to choose for the brush
    sent = {name: "too_big" if "reason" in name else v for name, v in fields(page).items()}
    page = inside.post(bought.path, {**sent, "outcome": "credit", "go": "way"}).text
    assert inside.post(bought.path, {**fields(page), "go": "send"}).status_code == 303
    (asked,) = returns()
    assert (asked.outcome, asked.goods_minor) == ("credit", 18000)
    assert asked.bonus_minor == 900


def test_sent_twice_and_in_two_tabs_it_is_one_return(inside, bought, walk, returns):
    first, other_tab = inside.get(bought.path).text, inside.get(bought.path).text
    last = []
    for page in (first, other_tab):
        sent = {**fields(page), box(page, "Rose soap"): "1"}
        page = inside.post(bought.path, {**sent, "go": "why"}).text
        sent = {name: "too_big" if "reason" in name else v for name, v in fields(page).items()}
        page = inside.post(bought.path, {**sent, "outcome": "refund", "go": "way"}).text
        last.append({**fields(page), "go": "send"})
    answers = [inside.post(bought.path, sent) for sent in (last[0], last[0], last[1])]
    assert [answer.status_code for answer in answers] == [303, 303, 422]
    assert answers[0].url == answers[1].url
    assert len(returns()) == 1


def test_what_cannot_come_back_stays_listed_with_its_reason(shop, inside, bought, policy):
    policy(window_days=0)
    page = inside.get(bought.path).text
    assert "The time for sending it back is over." in page
    assert "Rose soap" in page
    assert 'name="go"' not in page
    answer = inside.post(bought.path, {"go": "send", "take-x": "1", "outcome": "refund"})
    assert answer.status_code == 422


def test_what_a_person_looks_at_says_so_and_why(inside, policy, walk, returns, bought, mailbox):
    policy(approval="person")
    assert (
        "A person looks at this one first: we look at every return." in inside.get(bought.path).text
    )
    before = len(mailbox())
    page = inside.get(walk().url).text
    (asked,) = returns()
    assert asked.status == "requested"
    assert "Keep the goods for now. You hear from us by" in page
    assert "slip.pdf" not in page
    assert [mail.subject for mail in mailbox()[before:]] == [
        f"We have your return {asked.reference}"
    ]


def test_it_is_called_off_and_told_sent_by_its_buyer(inside, walk, returns):
    page = walk().url
    answer = inside.post(f"{page}sent/", {"tracking": "Z 12"})
    assert (answer.status_code, answer.url) == (303, page)
    assert returns()[0].tracking_number == "Z 12"
    assert inside.post(f"{page}cancel/").status_code == 303
    assert inside.post(f"{page}cancel/").status_code == 303  # once more is the same
    assert returns()[0].status == "canceled"
    answer = inside.post(f"{page}sent/")
    assert (answer.status_code, "gone too far" in answer.text) == (409, True)


def test_strangers_and_other_customers_see_nothing_of_it(shop, walk, ask, returns):
    page = walk().url
    assert Client().get(page).status_code == 302
    assert Client().get(f"{page}slip.pdf").status_code == 302
    with store_scope(shop.pk):
        asked = Return.objects.get()
        assert str(asked.pk) not in asked.reference


def test_who_is_not_in_logs_in_and_is_led_back(shop, bought, ask, link_and_digits):
    client = Client()
    assert client.get(bought.path).url == f"/portal/{shop.slug}/"
    client = ask(client=client)
    path, _digits = link_and_digits()
    assert client.post(path).url == bought.path
