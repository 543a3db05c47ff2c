"""From the context as handed over to what the templates read: whole, safe, every gap filled."""

from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any

from core.colors import palette
from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.formats import country_name
from engagement.messages.rendering.plain_data import clipped, copied, name_of, told_in, web_address
from engagement.messages.rendering.prepare_blocks import prepared_blocks

TITLE_LENGTH = 140
CODE_COUNTRIES_BEFORE_CITY = frozenset({"GB", "IE", "US", "CA", "AU", "NZ", "IN"})

# Other names under which a change may be told.
CHANGE_WORDS = {
    "lines": "items",
    "shipping_address": "address",
    "shipping_method": "shipping",
    "delivery": "shipping",
    "price": "total",
    "amounts": "total",
    "totals": "total",
    "promised_at": "date",
    "payment_method": "payment",
}

STORE: dict[str, Any] = dict.fromkeys(
    [
        "from_name",
        "logo_url",
        "color_primary",
        "color_accent",
        "site_url",
        "blog_url",
        "faq_url",
        "contact_url",
        "phone",
        "email",
        "postal_address",
        "returns_summary",
        "default_language",
    ],
    "",
)
ORDER: dict[str, Any] = {
    **dict.fromkeys(
        ["number", "payment_method", "shipping_method", "status_url", "cancel_reason"], ""
    ),
    **dict.fromkeys(
        ["placed_at", "subtotal", "discount", "shipping", "tax", "total", "promised_at"]
    ),
    "recipient_name": "",
    "currency": "",
    "taxes_included": True,
    "is_gift": False,
    "is_paid": True,
}
PARCEL: dict[str, Any] = {
    **dict.fromkeys(["carrier", "tracking_number", "tracking_url"], ""),
    **dict.fromkeys(["estimated_at", "shipped_at", "delivered_at"]),
    "more_to_come": False,
}
DELAY: dict[str, Any] = {
    "cause": "",
    "promised_at": None,
    "new_estimate": None,
    "is_over": True,
}
POINT: dict[str, Any] = {
    **dict.fromkeys(["name", "address", "opening_hours", "code", "url"], ""),
    "collect_by": None,
}
LINE: dict[str, Any] = {
    **dict.fromkeys(["title", "variant_title", "image_url", "product_url"], ""),
    **dict.fromkeys(["unit_price", "total"]),
    "quantity": 1,
    "needs_shipping": True,
}
PRODUCT: dict[str, Any] = {
    **dict.fromkeys(["title", "variant_title", "image_url", "url", "review_url"], ""),
    "price": None,
}
OCCASION: dict[str, Any] = {
    **dict.fromkeys(["on", "closed_from", "closed_until"]),
    "kind": "",
    "years": 0,
}
RETURNED: dict[str, Any] = {
    **dict.fromkeys(["reference", "kind", "outcome", "way", "reason", "new_order"], ""),
    **dict.fromkeys(["declared_name", "declared_email", "page_url", "label_url"], ""),
    **dict.fromkeys(["money", "credit", "bonus"]),
    **dict.fromkeys(["requested_at", "answer_by", "send_by", "pay_by"]),
    "shop_pays": False,
    "is_partial": False,
}
LINKS = ("unsubscribe_url", "preferences_url", "browser_url")


def prepared(context: Mapping[str, Any], *, languages: tuple[str, ...]) -> dict[str, Any]:
    """The data of one mail. Raises `TemplateBroken` where the context is no plain data."""
    if not isinstance(context.get("store"), Mapping):
        raise TemplateBroken("The mail's data names no store.")
    blocks = prepared_blocks(context, languages=languages)
    data = copied(
        {name: value for name, value in context.items() if name != "store" and name not in blocks}
    )
    language = languages[0]
    links = data.get("links") or {}
    return {
        "store": _STORES.prepared(context["store"], languages=languages),
        "customer": _customer(data.get("customer") or {}),
        "order": _order(data["order"], language=language) if data.get("order") else None,
        "fulfillment": _parcel(data["fulfillment"]) if data.get("fulfillment") else None,
        "refund": _refund(data["refund"]) if data.get("refund") else None,
        "returned": _returned(data["returned"]) if data.get("returned") else None,
        "changes": _changes(data.get("changes") or []),
        "products": [_product(product) for product in data.get("products") or []],
        "delay": {**DELAY, **data["delay"]} if data.get("delay") else None,
        "occasion": {**OCCASION, **data["occasion"]} if data.get("occasion") else None,
        "links": {name: web_address(links.get(name)) for name in LINKS},
        **blocks,
        "zone": data.get("zone") or "UTC",
    }


def _told(known: dict[str, Any]) -> dict[str, Any]:
    """Empty texts as None: in Liquid an empty text counts as true, and ``{% if name %}`` would lie."""
    return {name: None if value == "" else value for name, value in known.items()}


def _filled(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """`given` over `defaults`, where a None cannot take the place of a default text."""
    return {
        **defaults,
        **{name: value for name, value in given.items() if value is not None},
    }


class _Stores:
    """The store as it was prepared last: a batch of mails is one store's."""

    def __init__(self) -> None:
        self._last: tuple[Any, tuple[str, ...], dict[str, Any]] = ({}, (), {})

    def prepared(self, given: Mapping[str, Any], *, languages: tuple[str, ...]) -> dict[str, Any]:
        """What `_store` makes of `given`; not to be changed."""
        known, in_languages, store = self._last
        if languages != in_languages or given != known:
            store = _store(given, languages=languages)
            self._last = (deepcopy(given), languages, store)  # one assignment: threads meet here
        return store


_STORES = _Stores()


def _store(raw: Mapping[str, Any], *, languages: tuple[str, ...]) -> dict[str, Any]:
    address_lines = [
        line.strip() for line in str(raw.get("postal_address") or "").splitlines() if line.strip()
    ]
    given = copied(dict(raw), depth=1)
    store = _filled(STORE, given)
    store["name"] = clipped(str(store.get("name") or "").strip(), 120)
    store["from_name"] = store["from_name"] or store["name"]
    for name in ("logo_url", "site_url", "blog_url", "faq_url", "contact_url"):
        store[name] = web_address(store[name])
    store["social"] = [
        {"name": clipped(str(link.get("name") or ""), 40), "url": web_address(link.get("url"))}
        for link in store.get("social") or []
        if isinstance(link, dict) and web_address(link.get("url")) and link.get("name")
    ]
    store["postal_lines"] = address_lines
    store["returns_summary"] = told_in(store["returns_summary"], languages=languages)
    store["colors"] = palette(str(store["color_primary"]), str(store["color_accent"]))
    store["phone_link"] = "".join(sign for sign in str(store["phone"]) if sign in "+0123456789")
    return _told(store)


def _customer(given: dict[str, Any]) -> dict[str, Any]:
    return _told(
        {name: name_of(given.get(name)) for name in ("first_name", "last_name", "full_name")}
    )


def _changes(words: list[Any]) -> list[str]:
    """What changed, in the words that the copy has; each once."""
    return list(dict.fromkeys(CHANGE_WORDS.get(str(word), str(word)[:40]) for word in words))


def _line(given: dict[str, Any]) -> dict[str, Any]:
    line = _filled(LINE, given)
    line["title"] = clipped(str(line["title"]).strip(), TITLE_LENGTH) or "–"
    line["variant_title"] = clipped(str(line["variant_title"]).strip(), TITLE_LENGTH)
    line["image_url"] = web_address(line["image_url"])
    line["product_url"] = web_address(line["product_url"])
    return _told(line)


def _product(given: dict[str, Any]) -> dict[str, Any]:
    product = _filled(PRODUCT, given)
    product["title"] = clipped(str(product["title"]).strip(), TITLE_LENGTH) or "–"
    product["variant_title"] = clipped(str(product["variant_title"]).strip(), TITLE_LENGTH)
    for name in ("image_url", "url", "review_url"):
        product[name] = web_address(product[name])
    return _told(product)


def _count(lines: list[dict[str, Any]]) -> int:
    """Pieces, where all quantities are whole; else lines (one and a half metres is one thing)."""
    try:
        quantities = [Decimal(str(line["quantity"])) for line in lines]
    except InvalidOperation:
        return len(lines)
    whole = all(one.is_finite() and one == one.to_integral_value() for one in quantities)
    return int(sum(quantities)) if whole else len(lines)


def _order(given: dict[str, Any], *, language: str) -> dict[str, Any]:
    order = _filled(ORDER, given)
    order["number"] = clipped(str(order["number"]), 64)
    order["lines"] = [_line(line) for line in order.get("lines") or []]
    order["item_count"] = _count(order["lines"])
    order["discounts"] = [
        discount for discount in order.get("discounts") or [] if discount.get("amount")
    ]
    order["status_url"] = web_address(order["status_url"])
    order["recipient_name"] = name_of(order["recipient_name"])
    order["payment_method"] = in_words(clipped(str(order["payment_method"]), 120))
    order["shipping_method"] = clipped(str(order["shipping_method"]), 200)
    order["address_lines"] = address_lines(order.get("shipping_address") or {}, language=language)
    # Downloads and vouchers go nowhere: there "Delivery: Free" would be nonsense.
    order["needs_shipping"] = not order["lines"] or any(
        line["needs_shipping"] for line in order["lines"]
    )
    order["is_shipped"] = order["needs_shipping"] and bool(
        order["address_lines"] or order["shipping_method"]
    )
    for name in ("discount", "shipping", "tax"):
        money = order[name]
        order[f"has_{name}"] = bool(money and money.get("minor"))
    return _told(order)


def in_words(key: str) -> str:
    """A platform's key as words (``shopify_payments``); anything else as it is."""
    is_key = "_" in key and key.isascii() and key == key.lower() and " " not in key
    return key.replace("_", " ").strip().capitalize() if is_key else key


def _parcel(given: dict[str, Any]) -> dict[str, Any]:
    parcel = _filled(PARCEL, given)
    parcel["carrier"] = clipped(str(parcel["carrier"]), 120)
    parcel["tracking_number"] = clipped(str(parcel["tracking_number"]), 120)
    parcel["tracking_url"] = web_address(parcel["tracking_url"])
    parcel["lines"] = [_line(line) for line in parcel.get("lines") or []]
    parcel["item_count"] = _count(parcel["lines"])
    point = _filled(POINT, parcel.get("pickup_point") or {})
    point["url"] = web_address(point["url"])
    for name in ("name", "address", "opening_hours", "code"):
        point[name] = clipped(str(point[name]), 200)
    parcel["has_point"] = any(point[name] for name in ("name", "address", "collect_by", "code"))
    parcel["pickup_point"] = _told(point)
    return _told(parcel)


def _refund(given: dict[str, Any]) -> dict[str, Any]:
    refund = _filled({"amount": None, "reason": ""}, given)
    refund["lines"] = [_line(line) for line in refund.get("lines") or []]
    refund["reason"] = clipped(str(refund["reason"]), 300)
    return _told(refund)


def _returned(given: dict[str, Any]) -> dict[str, Any]:
    returned = _filled(RETURNED, given)
    returned["lines"] = [_line(line) for line in returned.get("lines") or []]
    for name in ("kind", "outcome", "way", "reference", "new_order"):
        returned[name] = clipped(str(returned[name]), 64)
    for name in ("page_url", "label_url"):
        returned[name] = web_address(returned[name])
    returned["reason"] = clipped(str(returned["reason"]), 500)
    returned["declared_name"] = name_of(returned["declared_name"])
    returned["declared_email"] = clipped(str(returned["declared_email"]), 254)
    return _told(returned)


def address_lines(address: dict[str, Any], *, language: str) -> list[str]:
    """A postal address as lines: postcode before the city, but after it where letters go so."""
    part = {name: str(value).strip() for name, value in address.items() if value}
    country = part.get("country", "").upper()
    place = [part.get("postcode", ""), part.get("city", "")]
    if country in CODE_COUNTRIES_BEFORE_CITY:
        place = [part.get("city", ""), part.get("region", ""), part.get("postcode", "")]
    lines = [
        part.get("name", ""),
        part.get("company", ""),
        part.get("street", ""),
        part.get("street2", ""),
        " ".join(piece for piece in place if piece),
        country_name(country, language) if country else "",
    ]
    return [clipped(line, 120) for line in lines if line]
