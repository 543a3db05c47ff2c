"""While the shop owes a customer an answer, their money or their goods, nobody asks them for a rating."""

from datetime import timedelta

import pytest

from engagement.messages.rules import Go, Wait
from orders.models import ChangeRequest, Return
from support.operations.report_problem import report_problem
from support.operations.settle_problem import settle_problem

DAY = timedelta(days=1)


def a_problem(message, now):
    told = report_problem(
        order=message.order,
        kind="faulty",
        line_ids=[],
        text="The lid does not close",
        photos=[],
        once="form-1",
        now=now - DAY,
    )
    return lambda: settle_problem(problem=told, by="ann@lipa.example", now=now)


def a_return(message, now):
    asked = Return.objects.create(
        store_id=message.store_id,
        order=message.order,
        customer=message.customer,
        reference="R-AAAA",
        once="form-1",
        currency="CZK",
        goods_minor=49900,
        requested_at=now - DAY,
    )
    return lambda: Return.objects.filter(pk=asked.pk).update(status=Return.Status.DONE)


def a_wish(message, now):
    asked = ChangeRequest.objects.create(
        store_id=message.store_id,
        order=message.order,
        customer=message.customer,
        kind=ChangeRequest.Kind.EDIT_NOTE,
        wanted={"note": "Ring twice"},
        asked_at=now - DAY,
    )
    return lambda: ChangeRequest.objects.filter(pk=asked.pk).update(settled_at=now)


@pytest.mark.parametrize("open_it", [a_problem, a_return, a_wish])
def test_an_open_matter_is_waited_for_at_claim_and_at_mark(due, judge, forbidden, open_it):
    message, now = due("review_request")
    assert isinstance(judge(message, at=now), Go)
    settle = open_it(message, now)
    ruling = judge(message, at=now)
    assert isinstance(ruling, Wait)
    assert "open" in ruling.why or "not finished" in ruling.why
    assert not ruling.counts
    assert forbidden(message, at=now) == ruling
    settle()
    assert isinstance(judge(message, at=now), Go)


def test_order_news_goes_all_the_same(due, judge):
    message, now = due("order_confirmation")
    a_problem(message, now)
    assert isinstance(judge(message, at=now), Go)
