"""A4: a delay is told before the customer asks, once, and nothing cheerful comes meanwhile."""

from tests.factories.journey import text_of


def test_silence_of_the_carrier_is_told_as_a_delay(journey):
    order = journey.buys()
    parcel = journey.ships(order)
    journey.wait(days=1)
    journey.carrier_says(order, parcel, "in_transit")
    journey.wait(days=3)
    assert "order_delayed" not in journey.sent()
    journey.wait(days=3)
    assert journey.sent().count("order_delayed") == 1
    assert "1001" in text_of(journey.mails()[-1])
    journey.wait(days=10)
    assert journey.sent().count("order_delayed") == 1


def test_a_shop_without_tracking_calls_nothing_late(journey):
    order = journey.buys()
    journey.ships(order)
    journey.wait(days=30)
    assert "order_delayed" not in journey.sent()
    assert "review_request" in journey.sent()


def test_a_parcel_that_arrives_in_time_is_never_called_late(journey):
    order = journey.buys()
    parcel = journey.ships(order)
    journey.wait(days=2)
    journey.carrier_says(order, parcel, "delivered")
    journey.wait(days=20)
    assert "order_delayed" not in journey.sent()


def test_an_order_that_is_canceled_is_never_called_late(journey):
    order = journey.buys()
    journey.ships(order)
    at = journey.now.isoformat(timespec="seconds")
    journey.changes(order, topic="orders/cancelled", cancelled_at=at, cancel_reason="customer")
    journey.wait(days=20)
    assert "order_delayed" not in journey.sent()
