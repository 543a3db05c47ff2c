"""How a shop of its own making tells it: Afterglow's generic JSON (orders/ingest/generic)."""

from datetime import datetime
from typing import Any

from engagement.demo.voices.post import Post, money
from engagement.demo.world import (
    AccountOpened,
    GoodsListed,
    Happening,
    MailRefused,
    MoneyBack,
    MoneyReturned,
    Parcel,
    ParcelNews,
    ParcelSent,
    Person,
    Purchase,
    PurchaseNews,
    Shop,
)

WORDING = "Write to me about news and offers; I can say no at any time."


def tell(happening: Happening, *, shop: Shop) -> list[Post]:
    """The items that `happening` causes."""
    match happening:
        case GoodsListed(goods=goods):
            variant = {"id": goods.sku, "sku": goods.sku, "price": money(goods.price_minor)}
            product = {
                "id": goods.sku,
                "title": goods.title,
                "category": goods.category,
                "updated_at": happening.at.isoformat(),
                "variants": [variant],
            }
            return [_post("product", product)]
        case AccountOpened(person=person):
            return [_post("customer", {**_person(person), **_said(person, happening.at)})]
        case MailRefused(person=person):
            return [_post("consent", _consent(person, "none", happening.at))]
        case PurchaseNews(purchase=purchase):
            return [_post("order", _order(shop, purchase))]
        case ParcelSent(purchase=purchase, parcel=parcel):
            return [_post("fulfillment", {**_parcel(parcel), "order_id": str(purchase.serial)})]
        case ParcelNews():
            return [_post("tracking", _tracking(happening))]
        case MoneyReturned(purchase=purchase, refund=refund):
            return [_post("refund", {**_refund(refund), "order_id": str(purchase.serial)})]
    raise TypeError(f"The generic schema has no word for {type(happening).__name__}.")


def club_card(person: Person, *, at: datetime) -> list[Post]:
    """A birthday, told by a form of the shop's own where its platform has no field for it."""
    if person.birthday is None:
        return []
    card = {"email": person.email, "birthday": _birthday(person), "updated_at": at.isoformat()}
    return [_post("customer", card)]


def checkpoint(news: ParcelNews) -> list[Post]:
    """A carrier's word by tracking number, for platforms that have none for it."""
    told = _tracking(news)
    return [
        _post("tracking", {"tracking_number": told["tracking_number"], "events": told["events"]})
    ]


def _post(kind: str, data: dict[str, Any]) -> Post:
    return Post(source="generic", topic=kind, body={"type": kind, "data": data})


def _address(person: Person) -> dict[str, Any]:
    return {
        "name": person.full_name,
        "company": person.company,
        "street": person.street,
        "city": person.city,
        "postcode": person.postcode,
        "country": person.country,
        "phone": person.phone,
    }


def _birthday(person: Person) -> dict[str, Any]:
    born = person.birthday
    return (
        {"month": born.month, "day": born.day, "year": born.year, "verified": True} if born else {}
    )


def _person(person: Person) -> dict[str, Any]:
    about: dict[str, Any] = {
        "id": f"c{person.serial}",
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone": person.phone,
        "locale": person.language,
        "country": person.country,
        "time_zone": person.zone,
        "address": _address(person),
    }
    if person.account_at:
        about["account_created_on"] = person.account_at.date().isoformat()
    if person.birthday:
        about["birthday"] = _birthday(person)
    return about


def _said(person: Person, at: datetime) -> dict[str, Any]:
    """Their word about marketing, given when they opened the account or placed the order."""
    return {"consent": _consent(person, "explicit", at)} if person.says_yes else {}


def _consent(person: Person, basis: str, at: datetime) -> dict[str, Any]:
    return {
        "email": person.email,
        "basis": basis,
        "stated_at": at.isoformat(),
        "source": "checkout",
        "wording": WORDING,
    }


def _order(shop: Shop, purchase: Purchase) -> dict[str, Any]:
    person = purchase.person
    ships_to = _address(person)
    if purchase.gift_for:
        ships_to |= {"name": purchase.gift_for, "company": ""}
    order: dict[str, Any] = {
        "id": str(purchase.serial),
        "number": purchase.number,
        "currency": shop.settings["currency"],
        "placed_at": purchase.placed_at.isoformat(),
        "updated_at": purchase.updated_at.isoformat(),
        "total": money(purchase.total_minor),
        "subtotal": money(purchase.subtotal_minor),
        "discount": money(purchase.discount_minor),
        "shipping": money(purchase.shipping_minor),
        "tax": money(purchase.total_minor * 22 // 122),
        "payment_status": purchase.payment,
        "payment_method": purchase.payment_method,
        "shipping_method": purchase.shipping_method,
        "email": person.email,
        "locale": person.language,
        "shipping_address": ships_to,
        "billing_address": _address(person),
        "lines": [_line(line.serial, line.goods, line.quantity) for line in purchase.lines],
        "recurring": purchase.is_recurring,
        "gift": bool(purchase.gift_for),
        "customer": _person(person) if person.account_at else None,
        "cancel_reason": purchase.cancel_reason,
        "fulfillments": [_parcel(parcel) for parcel in purchase.parcels],
        "refunds": [_refund(refund) for refund in purchase.refunds],
    }
    for name in ("paid_at", "canceled_at", "promised_at"):
        if moment := getattr(purchase, name):
            order[name] = moment.isoformat()
    if not person.account_at:
        order |= _said(person, purchase.placed_at)
    if purchase.gift_for:
        order["recipient"] = {"name": purchase.gift_for}
    if purchase.discount_code:
        discount = {"code": purchase.discount_code, "amount": money(purchase.discount_minor)}
        order["discounts"] = [discount]
    return order


def _line(serial: int, goods: Any, quantity: int) -> dict[str, Any]:
    return {
        "id": str(serial),
        "title": goods.title,
        "quantity": quantity,
        "unit_price": money(goods.price_minor),
        "sku": goods.sku,
        "product_id": goods.sku,
        "variant_id": goods.sku,
        "category": goods.category,
    }


def _parcel(parcel: Parcel) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": str(parcel.serial),
        "status": "shipped",
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "tracking_url": f"https://track.example/{parcel.tracking_number}",
        "shipped_at": parcel.sent_at.isoformat(),
        "updated_at": parcel.sent_at.isoformat(),
        "lines": [{"id": str(line.serial), "quantity": line.quantity} for line in parcel.lines],
    }
    if parcel.estimated_at:
        told["estimated_at"] = parcel.estimated_at.isoformat()
    return told


def _tracking(news: ParcelNews) -> dict[str, Any]:
    return {
        "tracking_number": news.parcel.tracking_number,
        "carrier": news.parcel.carrier,
        "order_id": str(news.purchase.serial),
        "fulfillment_id": str(news.parcel.serial),
        "events": [{"kind": news.kind, "happened_at": news.at.isoformat(), "place": news.place}],
    }


def _refund(refund: MoneyBack) -> dict[str, Any]:
    return {
        "id": str(refund.serial),
        "amount": money(refund.amount_minor),
        "happened_at": refund.at.isoformat(),
        "reason": refund.reason,
        "lines": [
            {
                "id": str(line.serial),
                "quantity": line.quantity,
                "amount": money(min(line.total_minor, refund.amount_minor)),
            }
            for line in refund.lines
        ],
    }
