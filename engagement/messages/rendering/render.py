"""`render`: one mail out of its structure, its words and plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError

from core.colors import palette
from engagement.messages.rendering.blocks import without
from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.copy import (
    FellBack,
    PlainSlots,
    Slots,
    language_of,
    languages_for,
    plain,
)
from engagement.messages.rendering.own_copy import SHIPPED, OwnCopy
from engagement.messages.rendering.plain_data import clipped, one_line, web_address
from engagement.messages.rendering.prepare import prepared
from engagement.messages.rendering.structure import html_structure, text_structure
from engagement.messages.rendering.words import Words

__all__ = ["MARKETING", "Rendered", "TemplateBroken", "render"]

# Mail that needs a basis; it may not be written without a way out in its foot.
MARKETING = frozenset(
    {
        "review_request",
        "review_reminder",
        "replenishment",
        "birthday",
        "account_anniversary",
        "thank_you",
        "care_tips_1",
        "care_tips_2",
        "care_tips_3",
        "product_update",
        "cross_sell",
        "win_back_1",
        "win_back_2",
        "guarantee_offer",
        "holiday_greeting",
        "newsletter",
        "feed_digest",
    }
)
# Mail about safety, access or rights: nothing in it that leads anywhere else.
QUIET = frozenset(
    {
        *("safety_notice", "login_link", "preference_confirmation"),
        *("export_ready", "erasure_asked", "erasure_done"),
    }
)
# Mail that would say nothing without its link.
NEEDS_LINK = frozenset({"login_link", "preference_confirmation", "export_ready", "erasure_asked"})
MAX_HTML = 90_000  # Gmail clips at about 102 KB (E16)
MAX_SUBJECT = 200
LINES_WHEN_LARGE = 30


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail, ready to be put into MIME. `language` is the one it came out in.

    `fell_back` tells the merchant's own strings that could not be used.
    """

    subject: str
    preheader: str
    html: str
    text: str
    language: str = "en"
    fell_back: tuple[FellBack, ...] = ()


def render(
    *, template: str, language: str, context: Mapping[str, Any], own: OwnCopy = SHIPPED
) -> Rendered:
    """Write the mail `template` in `language` (``cs``, ``pt-BR``), from a `context.MailContext`.

    A string without a translation comes in the store's default language, then in English; within a
    language the merchant's `own` goes first, unless it is broken. Raises `TemplateBroken` with a
    detail that a merchant can read.
    """
    store = context.get("store")
    default = str(store.get("default_language") or "") if isinstance(store, Mapping) else ""
    languages = languages_for(asked=_short(language), default=_short(default))
    words = own.words(template, languages)
    if "heading" not in words or "subject" not in words:
        raise TemplateBroken(f"There is no mail “{template[:40]}”.")
    lang = language_of(words["heading"])
    data = prepared(context, languages=(lang, *languages))
    if template in MARKETING and not data["links"]["unsubscribe_url"]:
        raise TemplateBroken("A marketing mail has no address to unsubscribe at.")
    if template in NEEDS_LINK and not (data["link"] and data["link"]["url"]):
        raise TemplateBroken("The mail is about a link, and there is none.")
    slots = Slots(words=words, data=data)
    try:
        look = own.look(template)
        return _written(template=template, lang=lang, slots=slots, data=data, look=look)
    except (TemplateError, AttributeError, TypeError, ValueError, KeyError) as error:
        raise TemplateBroken(f"{template}: {type(error).__name__}: {error}") from error


def _short(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _written(
    *, template: str, lang: str, slots: Slots, data: dict[str, Any], look: Mapping[str, Any]
) -> Rendered:
    subject = _subject(slots)
    shared = {
        **without(data, look.get("hidden", [])),
        "lang": lang,
        "colors": _colors(look, data["store"]),
        "look": _links(look, data),
        "subject": subject,
        "is_marketing": template in MARKETING,
        "is_quiet": template in QUIET,
    }
    page = html_structure(template)
    for pictures, shown in ((True, 0), (False, 0), (False, LINES_WHEN_LARGE), (False, 10)):
        body = page.render(shared, copy=slots, pictures=pictures, max_lines=shown or 10_000)
        if len(body.encode()) <= MAX_HTML:
            break
    text = text_structure(template).render(
        shared, copy=PlainSlots(slots), pictures=False, max_lines=shown or 10_000
    )
    return Rendered(
        subject=subject,
        preheader=plain(slots.preheader),
        html=body,
        text=_tidy(text),
        language=lang,
        fell_back=tuple(slots.fell_back),
    )


def _colors(look: Mapping[str, Any], store: Mapping[str, Any]) -> dict[str, str]:
    if not (look.get("color_primary") or look.get("color_accent")):
        return store["colors"]
    return palette(
        str(look.get("color_primary") or store.get("color_primary") or ""),
        str(look.get("color_accent") or store.get("color_accent") or ""),
    )


NO_LINKS = dict.fromkeys(["picture_url", "picture_link", "button_url"], "")


def _links(look: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, str]:
    """The merchant's own picture and links. What is no web address leaves the shipped ones."""
    if not look:
        return NO_LINKS
    return {name: web_address(_filled(str(look.get(name) or ""), data)) for name in NO_LINKS}


def _filled(link: str, data: Mapping[str, Any]) -> str:
    """A link may name values: ``https://shop.example/track?order={{ order.number | url_encode }}``."""
    if "{" not in link:
        return link
    try:
        return plain(_link(link).say(data))
    except TemplateBroken:
        return ""


@lru_cache(maxsize=256)
def _link(source: str) -> Words:
    return Words(source=source, language="en", where="The link")


def _subject(slots: Slots) -> str:
    subject = clipped(" ".join(one_line(plain(slots.subject)).split()), MAX_SUBJECT)
    if not subject:
        raise TemplateBroken("The subject came out empty.")
    return subject


def _tidy(text: str) -> str:
    """At most one empty line in a row, none at the ends, no spaces at line ends."""
    lines: list[str] = []
    for line in text.splitlines():
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip() + "\n"
