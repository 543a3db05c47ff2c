"""K3: before anything leaves, the merchant sees what would, when, and what stands in its way."""

import json
from datetime import date
from io import StringIO

from django.core.management import call_command

from core.stores.scope import store_scope
from orders.models import Customer


def forecast(*args: str) -> list[dict]:
    out = StringIO()
    call_command("forecast", "--store", "lipa", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_planned_mails_are_counted_by_day_and_then_really_leave(journey):
    order = journey.buys()
    parcel = journey.ships(order)
    journey.wait(days=2)
    journey.carrier_says(order, parcel, "delivered")
    (request, reminder) = forecast("--days", "60")
    assert (request["step"], request["total"], request["would_go"]) == ("ask", 1, 1)
    assert reminder["total"] == 1
    (day,) = request["by_day"]
    journey.wait(days=40)
    (message,) = journey.messages(template="review_request")
    assert message.status == "sent", message.reason_detail or message.reason
    assert message.handed_at.astimezone(journey.store.zone).date() == date.fromisoformat(day)


def test_what_would_not_leave_says_why(journey):
    order = journey.buys(buyer_accepts_marketing=False)
    journey.ships(order)
    request = forecast()[0]
    assert (request["would_go"], request["reasons"]) == (0, {"no_consent": 1})
    (first, *_) = forecast("--customer", "jana@mail.example")
    assert (first["flow"], first["answer"]) == ("review_request", "no_consent")


def test_birthdays_are_foreseen_before_they_are_planned(journey):
    journey.buys()
    with store_scope(journey.store.pk):
        Customer.objects.update(birthday_month=5, birthday_day=1)
    (birthday,) = [row for row in forecast() if row["flow"] == "birthday"]
    assert birthday["by_day"] == {"2026-05-01": 1}
    assert [row["at"][:10] for row in forecast("--customer", "jana@mail.example")] == ["2026-05-01"]


def test_it_is_readable_for_people(journey):
    order = journey.buys()
    journey.ships(order)
    out = StringIO()
    call_command("forecast", "--store", "lipa", stdout=out)
    assert "1 of 1 would go" in out.getvalue()
