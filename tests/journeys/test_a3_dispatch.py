"""A3: the parcel leaves, and its customer learns with whom, under which number, and when."""

from tests.factories.journey import cream, text_of


def test_a_parcel_that_leaves_is_told_with_its_tracking(journey):
    order = journey.buys()
    journey.wait(hours=20)
    parcel = journey.ships(order)
    assert journey.sent() == ["order_confirmation", "order_shipped"]
    text = text_of(journey.mails()[-1])
    assert f"https://track.example/{parcel}" in text
    assert "PPL" in text
    assert "Hand cream" in text


def test_half_an_order_is_told_as_half(journey):
    two = [cream(), cream(id=32, product_id=42, variant_id=52, sku="SOAP", title="Soap")]
    order = journey.buys(line_items=two)
    journey.wait(hours=20)
    journey.ships(order, lines=two[:1])
    assert journey.sent()[-1] == "order_partly_shipped"
    journey.wait(hours=20)
    journey.ships(order)
    assert journey.sent()[-1] == "order_shipped"
    assert "Soap" in text_of(journey.mails()[-1])


def test_every_station_is_told_once_however_often_the_carrier_repeats_it(journey):
    order = journey.buys()
    parcel = journey.ships(order)
    for status in ("in_transit", "out_for_delivery", "out_for_delivery", "delivered", "delivered"):
        journey.wait(hours=3)
        journey.carrier_says(order, parcel, status)
    assert journey.sent() == [
        "order_confirmation",
        "order_shipped",
        "out_for_delivery",
        "delivered",
    ]


def test_a_parcel_waiting_at_a_pick_up_point_is_told(journey):
    order = journey.buys()
    parcel = journey.ships(order)
    journey.wait(days=1)
    journey.carrier_says(order, parcel, "ready_for_pickup")
    assert journey.sent()[-1] == "ready_for_pickup"


def test_a_failed_attempt_is_told(journey):
    order = journey.buys()
    parcel = journey.ships(order)
    journey.wait(days=1)
    journey.carrier_says(order, parcel, "attempted_delivery")
    assert journey.sent()[-1] == "delivery_failed"


def test_a_cancellation_ends_what_was_planned_and_is_told(journey):
    order = journey.buys()
    journey.wait(hours=2)
    at = journey.now.isoformat(timespec="seconds")
    journey.changes(order, topic="orders/cancelled", cancelled_at=at, cancel_reason="customer")
    assert journey.sent() == ["order_confirmation", "order_canceled"]
    journey.wait(days=60)
    assert journey.sent() == ["order_confirmation", "order_canceled"]
