"""Sample data for every mail: full, minimal, and hostile. For previews, test sends and tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from engagement.messages.rendering.sample_blocks import (
    full_blocks,
    hostile_blocks,
    minimal_blocks,
)
from engagement.messages.rendering.sample_keys import KEYS
from engagement.messages.rendering.sample_returns import (
    full_return,
    hostile_return,
    minimal_return,
)

__all__ = [
    "BAD_LINKS",
    "KEYS",
    "PLACED",
    "SAMPLES",
    "UNSUBSCRIBE",
    "full",
    "hostile",
    "long_order",
    "minimal",
]

Sample = dict[str, Any]

PLACED = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
UNSUBSCRIBE = "https://care.lipa.example/u/sample/"


def _czk(minor: int) -> Sample:
    return {"minor": minor, "currency": "CZK"}


def store() -> Sample:
    """Lipa, the shop of the samples."""
    return {
        "name": "Lipa",
        "from_name": "Lipa",
        "default_language": "en",
        "logo_url": "",
        "color_primary": "#1f5d4c",
        "color_accent": "#f2e9dc",
        "site_url": "https://lipa.example",
        "blog_url": "https://lipa.example/journal",
        "faq_url": "https://lipa.example/questions",
        "contact_url": "https://lipa.example/contact",
        "social": [
            {"name": "Instagram", "url": "https://instagram.example/lipa"},
            {"name": "Facebook", "url": "https://facebook.example/lipa"},
        ],
        "phone": "+420 222 333 444",
        "email": "care@lipa.example",
        "postal_address": "Lipa s.r.o.\nLipová 1\n110 00 Praha 1",
        "returns_summary": {
            "en": "Send anything back within 30 days, for any reason. "
            "We pay for the parcel and refund you within five working days.",
            "cs": "Vrátit můžete cokoli do 30 dnů a bez udání důvodu. "
            "Zpáteční dopravu platíme my a peníze posíláme do pěti pracovních dnů.",
            "sk": "Vrátiť môžete čokoľvek do 30 dní a bez udania dôvodu. "
            "Dopravu späť platíme my a peniaze posielame do piatich pracovných dní.",
            "sl": "Vse lahko vrnete v 30 dneh, tudi brez razloga. "
            "Poštnino plačamo mi, denar pa vam vrnemo v petih delovnih dneh.",
            "fi": "Voit palauttaa kaiken 30 päivän sisällä ilman syytä. "
            "Me maksamme palautuksen ja hyvitämme rahat viiden arkipäivän kuluessa.",
        },
    }


def _lines() -> list[Sample]:
    return [
        {
            "title": "Linden blossom hand cream",
            "variant_title": "75 ml",
            "quantity": 2,
            "unit_price": _czk(24900),
            "total": _czk(49800),
            "image_url": "https://lipa.example/pictures/cream.jpg",
            "product_url": "https://lipa.example/hand-cream?ref=mail&v=75",
        },
        {
            "title": "Ash wood brush for dishes, with two spare heads of sisal",
            "variant_title": "",
            "quantity": 1,
            "unit_price": _czk(18900),
            "total": _czk(18900),
            "image_url": "https://lipa.example/pictures/brush.jpg",
            "product_url": "https://lipa.example/brush",
        },
        {
            "title": "Linen by the metre",
            "variant_title": "Sage",
            "quantity": "1.500",
            "unit_price": _czk(32000),
            "total": _czk(48000),
            "image_url": "",
            "product_url": "",
        },
    ]


def _order() -> Sample:
    return {
        "number": "1042",
        "placed_at": PLACED,
        "currency": "CZK",
        "lines": _lines(),
        "subtotal": _czk(116700),
        "discount": _czk(11670),
        "discounts": [{"code": "AUTUMN10", "amount": _czk(11670)}],
        "shipping": _czk(7900),
        "tax": _czk(19599),
        "taxes_included": True,
        "total": _czk(112930),
        "payment_method": "Card ending in 4242",
        "shipping_method": "Zásilkovna",
        "shipping_address": {
            "name": "Jana Nováková",
            "street": "Na Příkopě 12",
            "city": "Praha 1",
            "postcode": "110 00",
            "country": "CZ",
        },
        "status_url": "https://lipa.example/orders/1042?key=a1b2c3",
        "promised_at": PLACED + timedelta(days=4),
        "is_gift": False,
        "cancel_reason": "",
    }


def _parcel() -> Sample:
    return {
        "carrier": "Zásilkovna",
        "tracking_number": "Z 123 4567 890",
        "tracking_url": "https://tracking.example/Z1234567890",
        "estimated_at": PLACED + timedelta(days=3),
        "shipped_at": PLACED + timedelta(days=1),
        "delivered_at": PLACED + timedelta(days=3, hours=4),
        "pickup_point": {
            "name": "Večerka U Lípy",
            "address": "Lidická 7, 150 00 Praha 5",
            "opening_hours": "every day 8–20",
            "code": "4711",
            "url": "https://points.example/u-lipy",
            "collect_by": PLACED + timedelta(days=10),
        },
        "lines": _lines()[:2],
        "more_to_come": True,
    }


def full() -> Sample:
    """Everything that a mail can know."""
    return {
        "store": store(),
        "customer": {
            "first_name": "Jana",
            "last_name": "Nováková",
            "full_name": "Jana Nováková",
        },
        "order": _order(),
        "fulfillment": _parcel(),
        "refund": {
            "amount": _czk(24900),
            "reason": "Returned",
            "lines": [{**_lines()[0], "quantity": 1, "total": _czk(24900)}],
        },
        "returned": full_return(now=PLACED, lines=_lines()[:2]),
        "changes": ["items", "address", "total"],
        "products": [
            {
                "title": line["title"],
                "variant_title": line["variant_title"],
                "image_url": line["image_url"],
                "url": line["product_url"],
                "review_url": f"https://lipa.example/review/{number}",
                "price": line["unit_price"],
            }
            for number, line in enumerate(_lines()[:2], 1)
        ],
        "delay": {
            "cause": "promise_passed",
            "promised_at": PLACED + timedelta(days=4),
            "new_estimate": PLACED + timedelta(days=7),
        },
        "occasion": {"kind": "birthday", "on": "2026-11-23", "years": 3},
        "links": {"unsubscribe_url": UNSUBSCRIBE, "preferences_url": UNSUBSCRIBE},
        "zone": "Europe/Prague",
        **full_blocks(now=PLACED),
    }


def minimal() -> Sample:
    """As little as a source may tell: no name, picture, date or link."""
    return {
        "store": {"name": "Lipa"},
        "customer": {},
        "order": {
            "number": "1042",
            "placed_at": PLACED,
            "currency": "EUR",
            "lines": [{"title": "Hand cream", "quantity": 1}],
            "total": {"minor": 990, "currency": "EUR"},
        },
        "fulfillment": {},
        "refund": {"amount": {"minor": 990, "currency": "EUR"}},
        "returned": minimal_return(),
        "changes": [],
        "products": [{"title": "Hand cream"}],
        "delay": {"cause": "silent"},
        "occasion": {"kind": "anniversary"},
        "links": {"unsubscribe_url": UNSUBSCRIBE},
        "zone": "Europe/Prague",
        **minimal_blocks(),
    }


# Markup, header injection, template syntax, direction overrides, zero width, and far too much of it.
ATTACKS = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "Soap\r\nBcc: victim@mail.example\r\n\r\n<b>Body</b>",
    "{{ 7 | times: 7 }}{% for i in (1..9) %}x{% endfor %}{{ store.email }}",
    "{{ config.__class__.__mro__ }}{% raw %}{# note #}",
    "Crème 🧴👩‍👩‍👧 \u202etxt.exe\u202c \u2066isolated\u2069",
    "زيت الأرغان – שמן ארגן",
    "zero\u200bwidth\u200d\ufeff\u0000\u0085\u2028and\u2029ends",
    "\"quoted\" 'single' `tick` & &amp; &lt;b&gt; %0d%0a",
    "long " * 60,
    "W" * 300,
)
BAD_LINKS = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://lipa.example/"><script>alert(1)</script>',
    "https://lipa.example/{{ 7 | times: 7 }}",
    "//evil.example/x",
    "https://lipa.example/a b",
)


def hostile() -> Sample:
    """What people, shops and scripts put into fields that end up in mails."""
    sample = full()
    lines = _hostile_lines()
    sample["customer"] = {
        "first_name": "<b>Jana</b>\r\nBcc: x@mail.example",
        "last_name": ATTACKS[2],
        "full_name": ATTACKS[0],
    }
    sample["order"] |= _hostile_order() | {"lines": lines}
    sample["fulfillment"] |= {
        "carrier": ATTACKS[0],
        "tracking_number": ATTACKS[6],
        "tracking_url": BAD_LINKS[2],
        "lines": lines,
        "pickup_point": {
            "name": ATTACKS[0],
            "address": ATTACKS[1],
            "opening_hours": ATTACKS[2],
            "code": ATTACKS[7],
            "url": BAD_LINKS[1],
        },
    }
    sample["refund"] |= {"reason": ATTACKS[0], "lines": lines}
    sample["returned"] |= hostile_return(attacks=ATTACKS, links=BAD_LINKS, lines=lines)
    sample["changes"] = ["items", "__class__", ATTACKS[2], "other"]
    sample["products"] = [
        {"title": line["title"], "url": line["product_url"], "review_url": line["image_url"]}
        for line in lines
    ]
    return sample | hostile_blocks(attacks=ATTACKS, links=BAD_LINKS, now=PLACED)


def _hostile_lines() -> list[Sample]:
    return [
        {
            "title": attack,
            "variant_title": ATTACKS[-1 - number],
            "quantity": number + 1,
            "unit_price": _czk(100),
            "total": _czk(100 * (number + 1)),
            "image_url": BAD_LINKS[number % len(BAD_LINKS)],
            "product_url": BAD_LINKS[-1 - number % len(BAD_LINKS)],
        }
        for number, attack in enumerate(ATTACKS)
    ]


def _hostile_order() -> Sample:
    return {
        "number": ATTACKS[1],
        "payment_method": ATTACKS[0],
        "shipping_method": ATTACKS[2],
        "discounts": [{"code": ATTACKS[7], "amount": _czk(100)}],
        "shipping_address": {
            "name": ATTACKS[0],
            "street": ATTACKS[8],
            "city": ATTACKS[5],
            "country": "<i>",
        },
        "status_url": BAD_LINKS[0],
        "is_gift": True,
        "recipient_name": "www.evil.example – win a prize",
    }


SAMPLES: dict[str, Callable[[], Sample]] = {"full": full, "minimal": minimal, "hostile": hostile}


def long_order(*, lines: int = 50) -> Sample:
    """The worst honest case: many lines with long titles, pictures and links."""
    sample = full()
    sample["order"]["lines"] = [
        {
            **_lines()[0],
            "title": f"{number} Šampon na vlasy s příliš žluťoučkým koněm " + "a heřmánkem " * 20,
            "image_url": f"https://pictures.lipa.example/{'p' * 180}/{number}.jpg",
            "product_url": f"https://lipa.example/{'u' * 120}/{number}",
        }
        for number in range(lines)
    ]
    sample["fulfillment"]["lines"] = sample["order"]["lines"]
    sample["refund"]["lines"] = sample["order"]["lines"]
    return sample
