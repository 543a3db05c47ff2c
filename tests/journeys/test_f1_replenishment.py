"""F1: the cream runs out after ten weeks; whoever has bought it again is left in peace."""

from datetime import timedelta

import pytest

from core.stores.scope import store_scope
from orders.models import Category, Product


@pytest.fixture
def cosmetics(journey):
    """A jar lasts seventy days; Shopify has told us of the product before."""
    journey.told(
        "products/create",
        {
            "id": 41,
            "title": "Hand cream",
            "product_type": "Cosmetics",
            "handle": "hand-cream",
            "updated_at": journey.now.isoformat(timespec="seconds"),
            "variants": [{"id": 51, "title": "75 ml", "sku": "CREAM-75", "price": "430.00"}],
        },
    )
    with store_scope(journey.store.pk):
        assert Product.objects.get(external_id="41").category is not None
        Category.objects.filter(name="Cosmetics").update(replenish_after_days=70)
    return journey


def arrives(journey, **order):
    number = journey.buys(**order)
    parcel = journey.ships(number)
    journey.wait(days=2)
    journey.carrier_says(number, parcel, "delivered")
    return number


def test_a_reminder_comes_when_the_jar_runs_out_counted_from_arrival(cosmetics):
    journey = cosmetics
    arrives(journey)
    arrived = journey.now
    journey.wait(days=69)
    assert "replenishment" not in journey.sent()
    journey.wait(days=2)
    assert journey.sent().count("replenishment") == 1
    (message,) = journey.messages(template="replenishment", status="sent")
    assert abs(message.handed_at - (arrived + timedelta(days=70))) < timedelta(days=1)


def test_two_jars_last_twice_as_long(cosmetics):
    from_two = [
        {
            **cosmetics.last.get(0, {}),
            "id": 31,
            "product_id": 41,
            "variant_id": 51,
            "title": "Hand cream",
            "quantity": 2,
            "price": "430.00",
            "requires_shipping": True,
        }
    ]
    arrives(cosmetics, line_items=from_two)
    cosmetics.wait(days=100)
    assert "replenishment" not in cosmetics.sent()
    cosmetics.wait(days=45)
    assert "replenishment" in cosmetics.sent()


def test_a_reorder_cancels_the_reminder_and_starts_the_next(cosmetics):
    journey = cosmetics
    arrives(journey)
    journey.wait(days=50)
    arrives(journey)
    assert ("replenishment", "reordered") in journey.skipped()
    journey.wait(days=60)
    assert "replenishment" not in journey.sent()
    journey.wait(days=12)
    assert journey.sent().count("replenishment") == 1


def test_a_gift_is_not_replenished(cosmetics):
    arrives(cosmetics, note_attributes=[{"name": "gift", "value": "yes"}])
    cosmetics.wait(days=80)
    assert "replenishment" not in cosmetics.sent()
