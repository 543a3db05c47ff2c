"""Sample data of the blocks that go with no order: full, minimal, and hostile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

Sample = dict[str, Any]


def full_blocks(*, now: datetime) -> Sample:
    """Every block with all that it can show."""
    return (
        _with_goods(now)
        | _news(now)
        | {
            "link": {
                "url": "https://care.lipa.example/portal/lipa/in/sample",
                "minutes": 15,
                "expires_at": now + timedelta(days=7),
            },
            "code": "482 913",
            "topics": ["newsletter", "offers"],
            "erasure": {"done_at": now, "kept": ["orders", "suppression"]},
            "change": {
                "kind": "cancel",
                "is_looked_at": True,
                "because": "",
                "reason": "It is packed already, and the courier is at the door.",
            },
            "claim": {
                "title": "Ash wood brush for dishes",
                "state": "refused",
                "outcome": "repaired",
                "reason": "The wood was left in water over night.",
                "what": "Its head came off in the second week.",
                "party": "Brush makers of Lipnice",
                "url": "https://care.lipa.example/portal/lipa/warranty/sample/",
                "due_at": now + timedelta(days=5),
                "settle_by": now + timedelta(days=30),
            },
            "guarantee": {
                "title": "Ash wood brush for dishes",
                "url": "https://care.lipa.example/portal/lipa/warranty/sample/",
                "until_at": now + timedelta(days=60),
                "offer_months": 12,
                "offer_url": "https://lipa.example/longer",
            },
        }
    )


def _with_goods(now: datetime) -> Sample:
    return {
        "thanks": {
            "name": "Marta Dvořáková",
            "role": {"en": "packs your parcels", "cs": "balí vaše zásilky"},
            "picture_url": "https://lipa.example/pictures/marta.jpg",
            "message": "",
        },
        "voucher": {
            "code": "LIPA-7K4M-Q9TX",
            "kind": "percent",
            "percent": 10,
            "minimum": {"minor": 50000, "currency": "CZK"},
            "expires_at": now + timedelta(days=60),
            "scope": "",
            "is_single_use": True,
            "url": "https://lipa.example/voucher/LIPA-7K4M-Q9TX",
            "qr_url": "https://care.lipa.example/q/sample.png",
        },
        "documents": [
            {
                "title": "Invoice 2026-1042",
                "url": "https://care.lipa.example/documents/invoice",
                "kind": "invoice",
                "size": 184_000,
            },
            {
                "title": "How to care for wood",
                "url": "https://care.lipa.example/documents/wood",
                "kind": "manual",
                "size": 2_400_000,
            },
        ],
        "guide": {
            "title": "Your new wooden brush",
            "url": "https://lipa.example/guides/brush",
            "summary": "Oil it before the first use, and it will last for years.",
            "image_url": "https://lipa.example/pictures/guide.jpg",
            "minutes": 3,
        },
        "tips": [
            {
                "title": "Oil before water",
                "text": "A drop of linseed oil, rubbed in and left over night, keeps the wood from cracking.",
                "image_url": "https://lipa.example/pictures/oil.jpg",
                "url": "https://lipa.example/journal/oil",
            },
            {
                "title": "Dry it standing up",
                "text": "Bristles down, water runs out of the head instead of into it.",
            },
        ],
    }


def _news(now: datetime) -> Sample:
    return {
        "article": {
            "title": "A softer bristle from the same workshop",
            "text": "The brush makers in Pelhřimov have found a sisal that is softer and lasts as long."
            "\nThe new heads fit the handle that you have.",
            "image_url": "https://lipa.example/pictures/workshop.jpg",
            "image_alt": "A workbench with half-finished brushes",
            "url": "https://lipa.example/journal/softer-bristle",
        },
        "entries": [
            {
                "title": "How linden blossom gets into a cream",
                "url": "https://lipa.example/journal/linden",
                "kind": "article",
                "summary": "A morning with the people who pick it, and why it has to be a dry one.",
                "image_url": "https://lipa.example/pictures/linden.jpg",
                "published_at": now - timedelta(days=3),
            },
            {
                "title": "Oiling wood in three minutes",
                "url": "https://video.example/oiling",
                "kind": "video",
                "published_at": now - timedelta(days=9),
            },
        ],
        "notice": {
            "kind": "recall",
            "product": "Ash wood brush for dishes",
            "batch": "B-2026-09, printed under the handle",
            "image_url": "https://lipa.example/pictures/brush.jpg",
            "hazard": "The wire that holds the bristles can come loose. It can be swallowed with food.",
            "todo": "Stop using the brush now.\nThrow the head away; keep the handle.\n"
            "Tell us where to send the new head, or ask for your money back.",
            "remedy": "We send you a new head, or give your money back. Both are free of charge.",
            "sold_from": "2026-09-01",
            "sold_until": "2026-10-15",
            "url": "https://lipa.example/recall/brush",
            "phone": "+420 800 111 222",
        },
    }


def minimal_blocks() -> Sample:
    """As little as makes sense of each."""
    return {
        "documents": [
            {"title": "Invoice 1042", "url": "https://care.lipa.example/documents/invoice"}
        ],
        "entries": [{"title": "Linden blossom", "url": "https://lipa.example/journal/linden"}],
        "notice": {"kind": "safety", "product": "Hand cream"},
        "link": {"url": "https://care.lipa.example/portal/lipa/in/sample"},
        "erasure": {},
        "change": {"kind": "edit_note"},
        "claim": {"title": "Hand cream"},
        "guarantee": {"title": "Hand cream"},
    }


def hostile_blocks(*, attacks: Sequence[str], links: Sequence[str], now: datetime) -> Sample:
    """`attacks` in every text, `links` in every address."""
    return {
        "thanks": {
            "name": attacks[0],
            "role": attacks[1],
            "picture_url": links[0],
            "message": {"en": attacks[2], "cs": attacks[8]},
        },
        "voucher": {
            "code": attacks[7],
            "kind": "gift",
            "gift": attacks[0],
            "scope": attacks[4],
            "url": links[2],
            "qr_url": links[1],
            "expires_at": now,
        },
        "documents": [
            {"title": attack, "url": links[number % len(links)], "kind": attack, "size": -1}
            for number, attack in enumerate(attacks)
        ],
        "guide": {
            "title": attacks[0],
            "url": "https://lipa.example/guide",
            "summary": attacks[3],
            "image_url": links[0],
            "minutes": -5,
        },
        "tips": [
            {"title": attack, "text": attacks[-1 - number], "image_url": links[3], "url": links[0]}
            for number, attack in enumerate(attacks)
        ],
        "article": {
            "title": attacks[1],
            "text": "\n".join(attacks),
            "image_url": links[2],
            "image_alt": attacks[0],
            "url": links[4],
        },
        "entries": [
            {"title": attack, "url": links[number % len(links)], "kind": attack, "summary": attack}
            for number, attack in enumerate(attacks)
        ],
        "notice": {
            "kind": attacks[0],
            "product": attacks[1],
            "batch": attacks[2],
            "hazard": attacks[0],
            "todo": "\n".join(attacks),
            "remedy": attacks[7],
            "url": links[0],
            "phone": attacks[6],
        },
        "link": {"url": "https://care.lipa.example/in/x", "minutes": -1},
        "code": attacks[0],
        "topics": ["newsletter", "__class__", attacks[2]],
        "erasure": {"kept": ["orders", attacks[0]]},
        "change": {"kind": attacks[0], "because": attacks[2], "reason": " ".join(attacks)},
        "claim": {
            "title": attacks[0],
            "state": attacks[2],
            "outcome": attacks[3],
            "reason": " ".join(attacks),
            "what": attacks[1],
            "party": attacks[5],
            "url": links[0],
        },
        "guarantee": {"title": attacks[1], "url": links[1], "offer_url": links[2]},
    }
