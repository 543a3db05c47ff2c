"""News of an order whose buyer was erased: what happens to it counts, whose it was does not."""

from dataclasses import replace

from orders.ingest.snapshots import AddressSnapshot, OrderSnapshot


def without_person(snapshot: OrderSnapshot) -> OrderSnapshot:
    """The same statement with nobody in it; of addresses the country stays, for tax law asks. Pure."""
    return replace(
        snapshot,
        customer=None,
        email="",
        shipping_address=_country(snapshot.shipping_address),
        billing_address=_country(snapshot.billing_address),
        fulfillments=tuple(
            replace(parcel, tracking_number="", tracking_url="", pickup_point={})
            for parcel in snapshot.fulfillments
        ),
        refunds=tuple(replace(refund, reason="") for refund in snapshot.refunds),
        documents=(),
        consent=None,
        recipient_name="",
        recipient_email="",
        cancel_reason="",
        tags=(),
        note="",
        status_url="",
    )


def _country(address: AddressSnapshot | None) -> AddressSnapshot | None:
    return AddressSnapshot(country=address.country) if address is not None else None
