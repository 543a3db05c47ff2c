"""Shopify's customers/* bodies and the consent topic."""

from datetime import datetime
from typing import Any

from orders.ingest.reading import (
    day,
    email,
    identifier,
    maybe_object,
    moment,
    require,
    text,
)
from orders.ingest.shopify.fields import SOURCE, address, check_kind, id_of_gid, unwrapped
from orders.ingest.snapshots import (
    UNDATED,
    ConsentStatement,
    CustomersMerged,
    CustomerSnapshot,
    CustomerUpdate,
    Ignored,
    News,
    Unreadable,
)

# "not_subscribed" is a person nobody has asked yet, "pending" one who has not confirmed: no word yet.
STATED = {
    "subscribed": "explicit",
    "unsubscribed": "none",
    "redacted": "none",
    "invalid": "none",
}


def read_customer(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """customers/create, update, enable, disable: the same body, the same meaning."""
    body = unwrapped(body, "customer")
    require(body, "id", "email", "state", "verified_email", what="Shopify customer")
    check_kind(body, "Customer")
    return [
        CustomerUpdate(
            source=SOURCE,
            customer=customer_snapshot(body),
            consent=_consent(body, fallback=received_at),
        )
    ]


def customer_snapshot(body: dict[str, Any]) -> CustomerSnapshot:
    """A person, on their own or inside an order."""
    home = address(body.get("default_address"))
    has_account = text(body.get("state")) == "enabled"
    return CustomerSnapshot(
        external_id=identifier(body.get("id"), what="A customer's id"),
        email=email(body.get("email")),
        first_name=text(body.get("first_name"), limit=120),
        last_name=text(body.get("last_name"), limit=120),
        phone=text(body.get("phone"), limit=40) or (home.phone if home else ""),
        locale=text(body.get("locale"), limit=16),
        country=home.country if home else "",
        region=home.region[:16] if home else "",
        account_created_on=(
            day(body.get("created_at"), what="created_at") if has_account else None
        ),
        updated_at=moment(body.get("updated_at"), what="updated_at"),
        address=home,
    )


def _consent(body: dict[str, Any], *, fallback: datetime) -> ConsentStatement | None:
    """What the body says of e-mail marketing, in its new form or (before 2024) its old one."""
    written = email(body.get("email"))
    person = identifier(body["id"], what="id")
    stated = maybe_object(body.get("email_marketing_consent"))
    if stated:
        return _statement(stated, written=written, person=person, fallback=fallback)
    if body.get("accepts_marketing") is not True or not written:
        return None
    at = moment(body.get("accepts_marketing_updated_at"), what="accepts_marketing_updated_at")
    return ConsentStatement(
        email=written,
        basis="explicit",
        stated_at=at or moment(body.get("updated_at"), what="updated_at") or fallback,
        source=SOURCE if at else SOURCE + UNDATED,
        customer_external_id=person,
    )


def _statement(
    stated: dict[str, Any], *, written: str, person: str, fallback: datetime
) -> ConsentStatement | None:
    basis = STATED.get(text(stated.get("state")).lower())
    if basis is None:
        return None
    level = text(stated.get("opt_in_level"), limit=60)
    at = moment(stated.get("consent_updated_at"), what="consent_updated_at")
    return ConsentStatement(
        email=written,
        basis=basis,
        stated_at=at or fallback,
        source=SOURCE if at else SOURCE + UNDATED,
        wording=f"Shopify opt-in level: {level}" if level else "",
        customer_external_id=person,
    )


def read_deletion(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """customers/delete: no e-mail and no state, which every other customer body has."""
    require(body, "id", "admin_graphql_api_id", what="Shopify customer deletion")
    check_kind(body, "Customer")
    if {"email", "state", "created_at"} & set(body):
        raise Unreadable("The body is a whole customer, not the deletion of one.")
    gone = CustomerSnapshot(external_id=identifier(body["id"], what="id"))
    return [CustomerUpdate(source=SOURCE, customer=gone, deleted=True)]


def read_merge(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """customers/merge; a merge that failed changes nothing."""
    kept, gone = "admin_graphql_api_customer_kept_id", "admin_graphql_api_customer_deleted_id"
    require(body, kept, gone, "status", what="Shopify customer merge")
    if text(body["status"]) != "completed":
        return [Ignored(f"The merge was not completed: {text(body['status'], limit=40)}.")]
    return [
        CustomersMerged(
            source=SOURCE,
            kept_external_id=id_of_gid(body[kept], kind="Customer", what=kept),
            gone_external_id=id_of_gid(body[gone], kind="Customer", what=gone),
        )
    ]


def read_consent(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """customers_email_marketing_consent/update."""
    require(body, "customer_id", "email_marketing_consent", what="Shopify consent update")
    statement = _statement(
        maybe_object(body["email_marketing_consent"]),
        written=email(body.get("email_address")),
        person=identifier(body["customer_id"], what="customer_id"),
        fallback=received_at,
    )
    if statement is None:
        return [Ignored("The customer has said neither yes nor no to marketing mail.")]
    return [statement]
