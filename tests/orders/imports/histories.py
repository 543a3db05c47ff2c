"""Made-up order histories: what files hold of orders, with much of what can go wrong."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from core.money import NOTHING, Amount
from orders.ingest import snapshots as s
from orders.policies import PARCEL_RANK

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
SOURCE = "generic"

texts = st.sampled_from(["Soap", "Crème | tab\there", "Line\nbreak \\ back", "A" * 320, "Ž"])
moments = st.integers(0, 20_000).map(lambda minutes: START + timedelta(minutes=minutes))
late_moments = st.integers(0, 80_000).map(lambda minutes: START + timedelta(minutes=minutes))
amounts = st.one_of(st.integers(0, 90_000).map(Amount), st.just(Amount(13, "0.125")))
pieces = st.sampled_from([Decimal(1), Decimal("2.50"), Decimal(12)])
emails = st.sampled_from(["", "jana@mail.example", "JANA@mail.example", "eva@mail.example", "no"])
ids = st.sampled_from(["", "c1", "c2", "c3"])
rarely = st.integers(0, 9).map(lambda number: number == 0)
addresses = st.one_of(
    st.none(),
    st.builds(
        s.AddressSnapshot,
        name=st.sampled_from(["Jana Nová", "Eva Malá"]),
        street=st.sampled_from(["Lipová 1", "lipová  1", "Dlouhá 2"]),
        country=st.sampled_from(["CZ", "US", ""]),
        region=st.sampled_from(["", "CA"]),
    ),
)
people = st.one_of(
    st.none(),
    st.builds(
        s.CustomerSnapshot,
        external_id=ids,
        email=emails,
        first_name=st.sampled_from(["", "Jana", "Eva"]),
        country=st.sampled_from(["", "CZ", "SK"]),
        birthday=st.sampled_from([None, (2, 29, None), (5, 1, 1980)]),
    ),
)
consents = st.one_of(
    st.none(),
    st.builds(
        s.ConsentStatement,
        email=st.just("jana@mail.example"),
        basis=st.sampled_from(["explicit", "none"]),
        stated_at=st.sampled_from([START, START + timedelta(days=1)]),
        source=st.just("checkout"),
    ),
)
# (product, variant, SKU): what a shop's own catalog would say of its goods.
goods = st.sampled_from(
    [
        ("p1", "v1", "A1"),
        ("p1", "v2", "B2"),
        ("p2", "", ""),
        ("p3", "", "C3"),
        ("", "", "D4"),
        ("",) * 3,
    ]
).map(
    lambda ids: dict(zip(("product_external_id", "variant_external_id", "sku"), ids, strict=True))
)
# One number for parcels of several orders, as carriers do.
numbers = st.sampled_from(["", "", "TN 1", "tn-1", "TN2"])
line_names = st.sampled_from(["0", "1", "2", "unknown"])


@st.composite
def lines(draw: Any) -> tuple[s.LineSnapshot, ...]:
    count = draw(st.integers(0, 4))
    return tuple(
        s.LineSnapshot(
            external_id=" 0" if draw(rarely) else str(place),
            title=draw(texts),
            quantity=draw(pieces),
            unit_price=draw(amounts),
            total=draw(amounts),
            category="Soaps",
            **draw(goods),
            image_url=draw(st.sampled_from(["", "https://shop.example/a.png", "javascript:1"])),
            discount=draw(st.sampled_from([NOTHING, Amount(5)])),
            needs_shipping=draw(st.booleans()),
        )
        for place in range(count)
    )


parcels = st.builds(
    s.FulfillmentSnapshot,
    external_id=st.sampled_from(["f1", "f2", " f3", "file"]),
    status=st.sampled_from(list(PARCEL_RANK)).map(str),
    updated_at=st.one_of(st.none(), late_moments),
    carrier=st.sampled_from(["", "PPL"]),
    tracking_number=numbers,
    tracking_url=st.sampled_from(["", "https://ppl.example/1", "ftp://no"]),
    pickup_point=st.sampled_from([{}, {"name": "Box"}]),
    shipped_at=st.one_of(st.none(), late_moments),
    delivered_at=st.one_of(st.none(), st.none(), late_moments),
    estimated_at=st.one_of(st.none(), late_moments, st.just(NOW + timedelta(days=2))),
    lines=st.one_of(st.just(()), st.lists(st.tuples(line_names, pieces), max_size=3).map(tuple)),
)
refunds = st.builds(
    s.RefundSnapshot,
    external_id=st.sampled_from(["r1", "r2", " r2", "file", "file:1", "0", ""]),
    amount=amounts,
    happened_at=late_moments,
    reason=st.sampled_from(["", "broken", "B" * 400]),
    lines=st.lists(st.tuples(line_names, pieces, amounts), max_size=3).map(tuple),
    deleted=rarely,
).filter(lambda refund: refund.external_id or refund.deleted)  # only a deleted one may be nameless
papers = st.builds(
    s.DocumentSnapshot,
    external_id=st.sampled_from(["", "d1", "d2"]),
    kind=st.sampled_from(["invoice", "poem"]),
    title=texts,
    url=st.sampled_from(["https://shop.example/1.pdf", "https://shop.example/2.pdf", "file:///x"]),
)


def several(strategy: st.SearchStrategy[Any], *, most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """None most often, else one to `most` of them."""
    return st.one_of(st.just(()), st.lists(strategy, min_size=1, max_size=most).map(tuple))


@st.composite
def orders(draw: Any, number: int) -> s.OrderSnapshot:
    placed = draw(moments)
    canceled = draw(st.booleans()) and draw(st.booleans())
    return s.OrderSnapshot(
        source=SOURCE,
        external_id=f"o{number}",
        number=f"#{number}",
        currency="CZK",
        placed_at=placed,
        updated_at=placed + timedelta(hours=draw(st.integers(0, 50))),
        total=draw(amounts),
        payment_status=draw(st.sampled_from(["paid", "pending", "refunded", "odd"])),
        canceled_at=placed + timedelta(hours=5) if canceled else None,
        promised_at=draw(st.sampled_from([None, NOW + timedelta(days=4)])),
        customer=draw(people),
        email=draw(emails),
        shipping_address=draw(addresses),
        billing_address=draw(addresses),
        lines=draw(lines()),
        fulfillments=draw(several(parcels, most=3)),
        refunds=draw(several(refunds, most=3)),
        documents=draw(several(papers, most=2)),
        consent=draw(consents),
        is_gift=draw(st.booleans()),
        is_test=draw(st.sampled_from([False, False, True])),
        is_draft=draw(rarely),
        tags=draw(st.sampled_from([(), ("vip", "b2b")])),
        note=draw(texts),
        discounts=draw(st.sampled_from([(), (("TEN", Amount(10)),)])),
    )


@st.composite
def news_beside_orders(draw: Any, number: int) -> s.News:
    """What tells of an order's parts apart from it, perhaps before it."""
    order_id = f"o{number}"
    step = s.CarrierNews(
        key="k1",
        kind=draw(st.sampled_from(["in_transit", "delivered", "info"])),
        happened_at=draw(late_moments),
    )
    shipment = s.ShipmentUpdate(source="carrier", tracking_number="TN1", news=(step,))
    named = s.ShipmentUpdate(
        source=SOURCE,
        tracking_number="",
        news=(step,),
        order_source=SOURCE,
        order_external_id=order_id,
        fulfillment_external_id=draw(st.sampled_from(["", "f1"])),
    )
    return draw(
        st.one_of(
            st.just(shipment),
            st.just(named),
            st.builds(s.FulfillmentUpdate, st.just(SOURCE), st.just(order_id), parcels),
            st.builds(s.RefundUpdate, st.just(SOURCE), st.just(order_id), st.just("CZK"), refunds),
            st.builds(s.DocumentUpdate, st.just(SOURCE), st.just(order_id), papers),
            st.builds(s.OrderDeleted, st.just(SOURCE), st.just(order_id), late_moments),
        )
    )


@st.composite
def histories(draw: Any) -> list[s.News]:
    """Some orders, each mostly told once, and here and there news beside them."""
    history: list[s.News] = []
    for number in range(draw(st.integers(1, 6))):
        if draw(rarely):
            history.append(draw(news_beside_orders(number=number)))
        history.append(draw(orders(number=number)))
        if draw(rarely):
            history.append(draw(orders(number=number)))
    return history
