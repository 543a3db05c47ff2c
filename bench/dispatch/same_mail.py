"""The order confirmation as a Django template, made from our own structure, for those who use that.

The very same mail: `checked` compares what both make of one order. Made by plain replacement, so it
knows this one mail only and says so where the structure has grown beyond it.
"""

import html
import re
from typing import Any

from django.template import Context, Engine, Template

from engagement.messages.rendering.copy import strings
from engagement.messages.rendering.prepare import prepared
from engagement.messages.rendering.render import NO_LINKS, Rendered, _tidy
from engagement.messages.rendering.structure import TEMPLATES

NAME = "order_confirmation"
EXPRESSIONS = {
    'copy.either("reason", "reason_marketing" if is_marketing else "reason_order")': "copy.reason_order",
    "links.unsubscribe_url if is_marketing else links.preferences_url": "links.preferences_url",
    "copy.unsubscribe if is_marketing else copy.preferences": "copy.preferences",
    "order.subtotal and (order.has_discount or order.has_shipping or order.has_tax)": "has_subtotal",
    "order.shipping and (order.has_shipping or order.is_shipped)": "has_delivery",
    "not is_quiet and (store.faq_url or store.blog_url or store.social)": (
        "store.faq_url or store.blog_url or store.social"
    ),
    "store.site_url or '#'": "store.site_url|default:'#'",
    "lines[:max_lines]": "order.lines",
    "lines | length > max_lines": "order.lines|length > max_lines",
    "not loop.last": "not forloop.last",
    "button_url or second_url": "order.status_url",
    "second_url and second_url != button_url": "no_second_url",
    "order.payment_method and show_payment": "order.payment_method",
    "copy.maybe('picture_alt')": "look.picture_alt",
    'copy.maybe("picture_alt") or store.name': "store.name",
}
NAMES = {
    "button_url": "order.status_url",
    "second_url": "order.status_url",
    "lines_title": "copy.order_title",
    "lines": "order.lines",
    "hide_prices": "no_prices",
    "with_pictures": "pictures",
    "payment": "order.payment_method",
    "way_out": "links.preferences_url",
}
# What the shop of the bench has none of.
UNUSED = ("thanks and thanks.name", "voucher")
PLURAL = re.compile(r"\{\{ (\S+) \| plural: one: '(\w+)', other: '(\w+)' \}\}")
TAG = re.compile(r"\{%\s*(.*?)\s*%\}|\{\{\s*(.*?)\s*\}\}", re.DOTALL)


class SameMail:
    """Subject, HTML and text of the mail, each a compiled Django template."""

    def __init__(self) -> None:
        engine = Engine(builtins=["bench.dispatch.filters"], autoescape=True)
        folder = TEMPLATES / "emails" / NAME
        page = (folder / "compiled.html").read_text(encoding="utf-8")
        text = (folder / "text.txt").read_text(encoding="utf-8")
        text = re.sub(r'\{% include "(.+?)" %\}', lambda m: (TEMPLATES / m[1]).read_text(), text)
        self.sources = {
            "subject": as_django("{{ copy.subject }}"),
            "page": as_django(page),
            "text": "{% autoescape off %}" + as_django(text).replace("%}\n", "%}"),
        }
        self.sources["text"] += "{% endautoescape %}"
        self.templates = {
            name: Template(source, engine=engine) for name, source in self.sources.items()
        }

    def render(self, context: dict[str, Any]) -> Rendered:
        subject = html.unescape(self.templates["subject"].render(Context(context)))
        context = {**context, "subject": subject}
        return Rendered(
            subject=subject,
            preheader="",
            html=self.templates["page"].render(Context(context)),
            text=_tidy(self.templates["text"].render(Context(context))),
        )


def context_of(context: dict[str, Any]) -> dict[str, Any]:
    """The data that the template reads; made beforehand, so that nobody pays for it while timed."""
    data = prepared(context, languages=("en",))
    order = data["order"]
    parts = ("has_discount", "has_shipping", "has_tax")
    return {
        **data,
        "lang": "en",
        "colors": data["store"]["colors"],
        "look": NO_LINKS,
        "pictures": True,
        "max_lines": 10_000,
        "has_subtotal": bool(order["subtotal"] and any(order[part] for part in parts)),
        "has_delivery": bool(order["shipping"] and (order["has_shipping"] or order["is_shipped"])),
    }


def checked(*, same: SameMail, context: dict[str, Any], ours: Rendered) -> None:
    """Raise unless `same` makes what we make."""
    theirs = same.render(context_of(context))
    for part in ("subject", "html", "text"):
        mine, other = (_words(getattr(one, part)) for one in (ours, theirs))
        if mine != other:
            pairs = zip(mine, other, strict=False)
            differ = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
            raise SystemExit(f"The Django template makes another {part}: {differ}")


def _words(text: str) -> list[str]:
    return html.unescape(text).split()


def as_django(source: str) -> str:
    """Jinja2 of our structure as Django's template language."""
    source = source.replace(
        "{% for pad in range(30) %}&#847;&zwnj;&nbsp;{% endfor %}", "&#847;&zwnj;&nbsp;" * 30
    )
    for condition in UNUSED:
        source = _without(source, condition)
    source = re.sub(
        r"\{% for paragraph in copy.paragraphs %\}(.*?)\{% endfor %\}", _paragraphs, source,
        flags=re.DOTALL,
    )  # fmt: skip
    blocks: list[str] = []
    return TAG.sub(lambda match: _tag(match, blocks), source)


def _without(source: str, condition: str) -> str:
    """The source without the block that begins with this condition, and with all in it."""
    opening = "{% if " + condition + " %}"
    before, found, rest = source.partition(opening)
    if not found:
        return source
    depth = 1
    for tag in re.finditer(r"\{% (if|endif)\b.*?%\}", rest):
        depth += 1 if tag[1] == "if" else -1
        if depth == 0:
            return before + rest[tag.end() :]
    raise SystemExit(f"The block “{condition}” does not end.")


def _paragraphs(match: re.Match[str]) -> str:
    said = []
    for place, words in enumerate(_copy("paragraphs")):
        one = match[1].replace("{{ paragraph }}", f"{{{{ copy.paragraphs.{place} }}}}")
        only_gifts = words.startswith("{% if order.is_gift %}")
        said.append("{% if order.is_gift %}" + one + "{% endif %}" if only_gifts else one)
    return "".join(said)


def _tag(match: re.Match[str], blocks: list[str]) -> str:
    if match[2] is not None:
        return _value(match[2])
    words = match[1]
    kind = words.split()[0]
    if kind == "set":
        return ""
    if kind in {"if", "for"}:
        blocks.append(kind)
    elif kind.startswith("end"):
        blocks.pop()
    elif kind == "else" and blocks[-1] == "for":
        return "{% empty %}"
    head, _, rest = words.partition(" in ") if kind == "for" else (kind, "", words[len(kind) :])
    joint = " in " if kind == "for" else " "
    rest = _expression(rest.strip())
    return "{% " + (f"{head}{joint}{rest}" if rest else head) + " %}"


def _value(words: str) -> str:
    words = _expression(words)
    if not words.startswith("copy."):
        return "{{ " + words + " }}"
    name, _, place = words.removeprefix("copy.").partition(".")
    said = _copy(name)
    text = PLURAL.sub(r"{% if \1 == 1 %}\2{% else %}\3{% endif %}", said[int(place or 0)])
    return re.sub(r"\s*\|\s*", "|", text)


def _expression(words: str) -> str:
    words = EXPRESSIONS.get(words, words)
    for name, meant in NAMES.items():
        words = re.sub(rf"(?<![\w.]){name}(?!\w)", meant, words)
    return re.sub(r"\s*\|\s*", "|", words)


def _copy(name: str) -> list[str]:
    for source in (NAME, "_shared"):
        said = (strings(source, "en") or {}).get(name)
        if said is not None:
            return [said] if isinstance(said, str) else list(said)
    raise SystemExit(f"The mail says “{name}”, which bench/dispatch/same_mail.py does not know.")
