"""F4: a birthday is remembered on its day, every year; an account's anniversary likewise."""

from datetime import date

import pytest

from core.stores.scope import store_scope
from orders.models import Customer


@pytest.fixture
def jana(journey):
    """Jana has bought once, agreed to mail, and was born on 10 April."""
    journey.buys()
    journey.wait(days=1)
    with store_scope(journey.store.pk):
        Customer.objects.filter(email="jana@mail.example").update(
            birthday_month=4, birthday_day=10, account_created_on=date(2024, 5, 2)
        )
    return journey


def test_the_wish_arrives_on_the_day_in_the_morning(jana):
    jana.wait(days=36)
    assert "birthday" not in jana.sent()
    jana.wait(days=3)
    (message,) = jana.messages(template="birthday")
    assert message.status == "sent"
    local = message.handed_at.astimezone(jana.store.zone)
    assert (local.month, local.day) == (4, 10)
    assert 8 <= local.hour < 20
    assert message.event.name == "customer.birthday_neared"


def test_it_comes_every_year_once(jana):
    jana.wait(days=3 * 365)
    wishes = [m for m in jana.messages(template="birthday") if m.status == "sent"]
    assert [m.handed_at.year for m in wishes] == [2026, 2027, 2028]


def test_the_anniversary_counts_the_years(jana):
    jana.wait(days=70)
    (message,) = jana.messages(template="account_anniversary")
    assert message.status == "sent"
    assert message.occurrence
    assert message.event.payload["years"] == 2


def test_whoever_unsubscribed_is_not_wished_happy_birthday(jana, client):
    jana.wait(days=39)
    url = jana.mails()[-1]["List-Unsubscribe"].strip("<>")
    client.post("/" + url.split("/", 3)[3], {"List-Unsubscribe": "One-Click"})
    jana.wait(days=365)
    wishes = [m for m in jana.messages(template="birthday") if m.status == "sent"]
    assert len(wishes) == 1
