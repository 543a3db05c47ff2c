"""How Shopify tells it: its webhook topics and bodies, as far as a small shop's orders go."""

from datetime import datetime
from typing import Any

from engagement.demo.voices import generic
from engagement.demo.voices.post import Post, money
from engagement.demo.world import (
    AccountOpened,
    GoodsListed,
    Happening,
    Line,
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

TOPICS = {
    "placed": "orders/create",
    "paid": "orders/paid",
    "changed": "orders/updated",
    "canceled": "orders/cancelled",
}
SHIPMENT_STATUS = {"delivery_failed": "attempted_delivery", "returning": "failure"}
CUSTOMER_IDS = 7_000_000
GATEWAYS = {"Card": "shopify_payments", "Bank transfer": "Bank Deposit"}


def tell(happening: Happening, *, shop: Shop) -> list[Post]:
    """The deliveries that `happening` causes. Birthdays come from the shop's own club form."""
    match happening:
        case GoodsListed(goods=goods):
            return [_post("products/create", _product(shop, goods.sku, happening.at))]
        case AccountOpened(person=person):
            told = [_post("customers/create", _customer(person, happening.at))]
            if person.says_yes:
                told.append(_consent(person, "subscribed", happening.at))
            return told + generic.club_card(person, at=happening.at)
        case MailRefused(person=person):
            return [_consent(person, "unsubscribed", happening.at)]
        case PurchaseNews(kind=kind, purchase=purchase):
            return [_post(TOPICS[kind], _order(shop, purchase))]
        case ParcelSent(purchase=purchase, parcel=parcel):
            return [_post("fulfillments/create", _fulfillment(purchase, parcel))]
        case ParcelNews():
            if happening.kind == "returning":  # Shopify has no word for it; the carrier's app does
                return generic.checkpoint(happening)
            return [_post("fulfillment_events/create", _shipment_event(happening))]
        case MoneyReturned(purchase=purchase, refund=refund):
            return [_post("refunds/create", _refund(purchase, refund))]
    raise TypeError(f"Shopify has no word for {type(happening).__name__}.")


def _post(topic: str, body: dict[str, Any]) -> Post:
    return Post(source="shopify", topic=topic, body=body)


def _product(shop: Shop, sku: str, at: datetime) -> dict[str, Any]:
    place, goods = next((n, one) for n, one in enumerate(shop.goods, 1) if one.sku == sku)
    return {
        "id": 900_000 + place,
        "title": goods.title,
        "handle": goods.sku.lower(),
        "product_type": goods.category,
        "status": "active",
        "created_at": at.isoformat(),
        "updated_at": at.isoformat(),
        "variants": [
            {
                "id": 910_000 + place,
                "product_id": 900_000 + place,
                "title": "Default Title",
                "sku": goods.sku,
                "price": money(goods.price_minor),
            }
        ],
        "images": [],
    }


def _address(person: Person) -> dict[str, Any]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": person.full_name,
        "company": person.company or None,
        "address1": person.street,
        "address2": None,
        "city": person.city,
        "zip": person.postcode,
        "province": None,
        "province_code": None,
        "country_code": person.country,
        "phone": person.phone,
    }


def _customer(person: Person, at: datetime) -> dict[str, Any]:
    return {
        "id": CUSTOMER_IDS + person.serial,
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "created_at": (person.account_at or at).isoformat(),
        "updated_at": at.isoformat(),
        "state": "enabled",
        "verified_email": True,
        "phone": person.phone,
        "addresses": [_address(person)],
        "default_address": _address(person),
    }


def _consent(person: Person, state: str, at: datetime) -> Post:
    return _post(
        "customers_email_marketing_consent/update",
        {
            "customer_id": CUSTOMER_IDS + person.serial,
            "email_address": person.email,
            "email_marketing_consent": {
                "state": state,
                "opt_in_level": "single_opt_in",
                "consent_updated_at": at.isoformat(),
            },
        },
    )


def _line(shop_goods: dict[str, int], line: Line) -> dict[str, Any]:
    place = shop_goods[line.goods.sku]
    return {
        "id": 30_000_000 + line.serial,
        "product_id": 900_000 + place,
        "variant_id": 910_000 + place,
        "title": line.goods.title,
        "name": line.goods.title,
        "variant_title": None,
        "sku": line.goods.sku,
        "quantity": line.quantity,
        "current_quantity": line.quantity,
        "price": money(line.goods.price_minor),
        "total_discount": "0.00",
        "requires_shipping": True,
        "tax_lines": [],
        "discount_allocations": [],
    }


def _order(shop: Shop, purchase: Purchase) -> dict[str, Any]:
    return {
        **_who(purchase),
        **_what(shop, purchase),
        **_how_much(shop, purchase),
        "id": 50_000_000 + purchase.serial,
        "name": f"#{purchase.number}",
        "order_number": purchase.serial,
        "created_at": purchase.placed_at.isoformat(),
        "processed_at": purchase.placed_at.isoformat(),
        "updated_at": purchase.updated_at.isoformat(),
        "cancelled_at": purchase.canceled_at and purchase.canceled_at.isoformat(),
        "cancel_reason": purchase.cancel_reason or None,
        "financial_status": purchase.payment,
        "fulfillment_status": "fulfilled" if purchase.parcels else None,
        "payment_gateway_names": [GATEWAYS[purchase.payment_method]],
        "note_attributes": _attributes(purchase),
        "note": None,
        "test": False,
    }


def _who(purchase: Purchase) -> dict[str, Any]:
    person = purchase.person
    ships_to = _address(person)
    if purchase.gift_for:
        ships_to |= {"name": purchase.gift_for, "first_name": "", "last_name": ""}
    has_account = person.account_at is not None and person.account_at <= purchase.placed_at
    return {
        "email": person.email,
        "contact_email": person.email,
        "customer_locale": person.language,
        "customer": _customer(person, purchase.placed_at) if has_account else None,
        "buyer_accepts_marketing": person.says_yes and not has_account,
        "shipping_address": ships_to,
        "billing_address": _address(person),
    }


def _what(shop: Shop, purchase: Purchase) -> dict[str, Any]:
    places = {goods.sku: place for place, goods in enumerate(shop.goods, 1)}
    tags = ["gift"] if purchase.gift_for else []
    if purchase.is_recurring:
        tags.append("subscription")
    return {
        "line_items": [_line(places, line) for line in purchase.lines],
        "shipping_lines": [
            {"title": purchase.shipping_method, "price": money(purchase.shipping_minor)}
        ],
        "fulfillments": [_fulfillment(purchase, parcel) for parcel in purchase.parcels],
        "refunds": [_refund(purchase, refund) for refund in purchase.refunds],
        "tags": ", ".join(tags),
        "source_name": "subscription_contract" if purchase.is_recurring else "web",
    }


def _how_much(shop: Shop, purchase: Purchase) -> dict[str, Any]:
    code = {
        "code": purchase.discount_code,
        "amount": money(purchase.discount_minor),
        "type": "fixed_amount",
    }
    return {
        "currency": shop.settings["currency"],
        "presentment_currency": shop.settings["currency"],
        "taxes_included": True,
        "subtotal_price": money(purchase.subtotal_minor - purchase.discount_minor),
        "total_line_items_price": money(purchase.subtotal_minor),
        "total_discounts": money(purchase.discount_minor),
        "total_tax": money(purchase.total_minor * 21 // 121),
        "total_price": money(purchase.total_minor),
        "discount_codes": [code] if purchase.discount_code else [],
    }


def _attributes(purchase: Purchase) -> list[dict[str, str]]:
    """What a shop's theme asks at the checkout."""
    asked = []
    if purchase.promised_at:
        asked.append({"name": "delivery_date", "value": purchase.promised_at.isoformat()})
    if purchase.gift_for:
        asked += [
            {"name": "gift", "value": "yes"},
            {"name": "recipient_name", "value": purchase.gift_for},
        ]
    return asked


def _fulfillment(purchase: Purchase, parcel: Parcel) -> dict[str, Any]:
    return {
        "id": 60_000_000 + parcel.serial,
        "order_id": 50_000_000 + purchase.serial,
        "status": "success",
        "created_at": parcel.sent_at.isoformat(),
        "updated_at": parcel.updated_at.isoformat(),
        "tracking_company": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "tracking_numbers": [parcel.tracking_number],
        "tracking_url": f"https://track.example/{parcel.tracking_number}",
        "shipment_status": None,
        "name": f"#{purchase.number}.{parcel.serial % 10}",
        "line_items": [
            {"id": 30_000_000 + line.serial, "quantity": line.quantity, "title": line.goods.title}
            for line in parcel.lines
        ],
    }


def _shipment_event(news: ParcelNews) -> dict[str, Any]:
    minute = int(news.at.timestamp()) // 60
    return {
        "id": minute * 1000 + news.parcel.serial % 1000,
        "fulfillment_id": 60_000_000 + news.parcel.serial,
        "order_id": 50_000_000 + news.purchase.serial,
        "status": SHIPMENT_STATUS.get(news.kind, news.kind),
        "message": None,
        "happened_at": news.at.isoformat(),
        "city": news.place,
        "country": news.purchase.person.country,
        "created_at": news.at.isoformat(),
        "updated_at": news.at.isoformat(),
        "estimated_delivery_at": news.parcel.estimated_at and news.parcel.estimated_at.isoformat(),
    }


def _refund(purchase: Purchase, refund: MoneyBack) -> dict[str, Any]:
    return {
        "id": 80_000_000 + refund.serial,
        "order_id": 50_000_000 + purchase.serial,
        "created_at": refund.at.isoformat(),
        "processed_at": refund.at.isoformat(),
        "note": refund.reason,
        "refund_line_items": [
            {
                "id": 85_000_000 + line.serial,
                "line_item_id": 30_000_000 + line.serial,
                "quantity": line.quantity,
                "subtotal": float(money(line.total_minor)),
                "total_tax": 0,
            }
            for line in refund.lines
        ],
        "transactions": [
            {
                "id": 87_000_000 + refund.serial,
                "kind": "refund",
                "status": "success",
                "amount": money(refund.amount_minor),
            }
        ],
    }
