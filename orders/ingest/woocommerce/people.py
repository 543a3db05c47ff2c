"""WooCommerce's customer.* bodies."""

from datetime import datetime
from typing import Any

from orders.ingest.reading import day, email, identifier, maybe_object, require, text
from orders.ingest.snapshots import CustomerSnapshot, CustomerUpdate, News
from orders.ingest.woocommerce.fields import SOURCE, address, only_an_id, when, words


def read_customer(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """customer.created and updated: people with an account. Guests exist in their orders only."""
    require(body, "id", "email", "username", "billing", what="WooCommerce customer")
    home = address(body["billing"])
    billing = maybe_object(body["billing"])
    person = CustomerSnapshot(
        external_id=identifier(body["id"], what="id"),
        email=email(body["email"]) or email(billing.get("email")),
        first_name=words(body.get("first_name") or billing.get("first_name"), limit=120),
        last_name=words(body.get("last_name") or billing.get("last_name"), limit=120),
        phone=text(billing.get("phone"), limit=40),
        country=home.country if home else "",
        region=home.region[:16] if home else "",
        account_created_on=day(body.get("date_created"), what="date_created"),
        updated_at=when(body, "date_modified") or when(body, "date_created"),
        address=home,
    )
    return [CustomerUpdate(source=SOURCE, customer=person)]


def read_deletion(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """customer.deleted is the id alone."""
    gone = identifier(only_an_id(body, what="a customer"), what="id")
    return [
        CustomerUpdate(source=SOURCE, customer=CustomerSnapshot(external_id=gone), deleted=True)
    ]
