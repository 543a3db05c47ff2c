"""The blocks that a mail may carry besides an order: signature, voucher, papers, guide, news, notice."""

from collections.abc import Callable, Mapping
from typing import Any

from engagement.messages.rendering.after_sale import prepared_claim, prepared_guarantee
from engagement.messages.rendering.plain_data import (
    clipped,
    copied,
    name_of,
    one_line,
    told_in,
    web_address,
)

TITLE = 140
TEXT = 600
LONGEST = 20  # entries of one list, paragraphs of one text
DOCUMENT_KINDS = ("invoice", "manual", "warranty", "technical")
ENTRY_KINDS = ("article", "video", "podcast")

Tongues = tuple[str, ...]


def prepared_blocks(context: Mapping[str, Any], *, languages: Tongues) -> dict[str, Any]:
    """Every block by name, with None or nothing in it where the context has none.

    Raises `TemplateBroken` where the context is no plain data.
    """
    blocks: dict[str, Any] = {}
    for name, prepare in ONE.items():
        given = context.get(name)
        blocks[name] = prepare(given, languages) if isinstance(given, Mapping) else None
    for name, prepare in MANY.items():
        given = context.get(name) or ()
        blocks[name] = [
            prepare(one, languages) for one in given[:LONGEST] if isinstance(one, Mapping)
        ]
    blocks["code"] = clipped(one_line(str(context.get("code") or "")), 40) or None
    blocks["topics"] = [one_line(str(one))[:40] for one in context.get("topics") or ()]
    return blocks


def _text(value: Any, languages: Tongues, *, length: int = TEXT) -> str | None:
    """In Liquid an empty text counts as true, so nothing is None."""
    return clipped(one_line(told_in(value, languages=languages)), length) or None


def _paragraphs(value: Any, languages: Tongues) -> list[str]:
    lines = (one_line(line) for line in told_in(value, languages=languages).splitlines())
    return [clipped(line, 4 * TEXT) for line in lines if line][:LONGEST]


def _address(value: Any) -> str | None:
    return web_address(value) or None


def _thanks(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any] | None:
    name = name_of(copied(given.get("name")))
    return {
        "name": name or None,
        "role": _text(given.get("role"), languages, length=80),
        "picture_url": _address(given.get("picture_url")),
        "message": _text(given.get("message"), languages),
    }


def _voucher(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any] | None:
    code = clipped(one_line(str(given.get("code") or "")), 64)
    if not code:
        return None
    return {
        "code": code,
        "kind": one_line(str(given.get("kind") or "")),
        "amount": copied(given.get("amount")),
        "percent": copied(given.get("percent")),
        "minimum": copied(given.get("minimum")),
        "expires_at": copied(given.get("expires_at")),
        "is_single_use": bool(given.get("is_single_use", True)),
        "gift": _text(given.get("gift"), languages, length=TITLE),
        "scope": _text(given.get("scope"), languages, length=TITLE),
        "url": _address(given.get("url")),
        "qr_url": _address(given.get("qr_url")),
    }


def _document(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any]:
    kind, size = given.get("kind"), given.get("size")
    kilobytes = size // 1000 if isinstance(size, int) and size >= 1000 else 0
    return {
        "title": _text(given.get("title"), languages, length=TITLE) or "–",
        "url": _address(given.get("url")),
        "kind": kind if kind in DOCUMENT_KINDS else "other",
        "size": f"{kilobytes / 1000:.1f}" if kilobytes >= 1000 else kilobytes or None,
        "unit": "megabyte" if kilobytes >= 1000 else "kilobyte",
    }


def _guide(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any] | None:
    url = _address(given.get("url"))
    if url is None:
        return None
    minutes = given.get("minutes")
    return {
        "title": _text(given.get("title"), languages, length=TITLE),
        "url": url,
        "summary": _text(given.get("summary"), languages),
        "image_url": _address(given.get("image_url")),
        "minutes": minutes if isinstance(minutes, int) and minutes > 0 else None,
    }


def _tip(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any]:
    return {
        "title": _text(given.get("title"), languages, length=TITLE),
        "text": _text(given.get("text"), languages),
        "image_url": _address(given.get("image_url")),
        "url": _address(given.get("url")),
    }


def _article(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any]:
    return {
        "title": _text(given.get("title"), languages, length=TITLE),
        "paragraphs": _paragraphs(given.get("text"), languages),
        "image_url": _address(given.get("image_url")),
        "image_alt": _text(given.get("image_alt"), languages, length=TITLE),
        "url": _address(given.get("url")),
    }


def _entry(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any]:
    kind = given.get("kind")
    return {
        "title": _text(given.get("title"), languages, length=TITLE) or "–",
        "url": _address(given.get("url")),
        "kind": kind if kind in ENTRY_KINDS else "article",
        "summary": _text(given.get("summary"), languages, length=240),
        "image_url": _address(given.get("image_url")),
        "published_at": copied(given.get("published_at")),
    }


def _notice(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any]:
    phone = _text(given.get("phone"), languages, length=40)
    return {
        "kind": "recall" if given.get("kind") == "recall" else "safety",
        "product": _text(given.get("product"), languages, length=TITLE) or "–",
        "batch": _text(given.get("batch"), languages, length=TITLE),
        "image_url": _address(given.get("image_url")),
        "hazard": _text(given.get("hazard"), languages),
        "todo": _paragraphs(given.get("todo"), languages),
        "remedy": _text(given.get("remedy"), languages),
        "sold_from": copied(given.get("sold_from")),
        "sold_until": copied(given.get("sold_until")),
        "url": _address(given.get("url")),
        "phone": phone,
        "phone_link": "".join(sign for sign in phone or "" if sign in "+0123456789"),
    }


def _link(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any]:
    minutes = given.get("minutes")
    return {
        "url": _address(given.get("url")),
        "minutes": minutes if isinstance(minutes, int) and minutes > 0 else None,
        "expires_at": copied(given.get("expires_at")),
    }


def _change(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any]:
    """A reason that is empty is none: in Liquid an empty text counts as true."""
    return {
        "kind": one_line(str(given.get("kind") or ""))[:20],
        "is_looked_at": bool(given.get("is_looked_at")),
        "because": one_line(str(given.get("because") or ""))[:20] or None,
        "reason": one_line(str(given.get("reason") or ""))[:500] or None,
    }


def _erasure(given: Mapping[str, Any], languages: Tongues) -> dict[str, Any]:
    return {
        "done_at": copied(given.get("done_at")),
        "kept": [one_line(str(one))[:40] for one in given.get("kept") or ()],
    }


Prepare = Callable[[Mapping[str, Any], Tongues], dict[str, Any] | None]
ONE: dict[str, Prepare] = {
    "thanks": _thanks,
    "voucher": _voucher,
    "guide": _guide,
    "article": _article,
    "notice": _notice,
    "link": _link,
    "erasure": _erasure,
    "change": _change,
    "claim": prepared_claim,
    "guarantee": prepared_guarantee,
}
MANY: dict[str, Prepare] = {
    "documents": _document,
    "tips": _tip,
    "entries": _entry,
}
