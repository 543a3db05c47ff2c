"""A message as an e-mail: addresses, headers, text and HTML."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from core.stores.models import Store
from engagement.messages.delivery.headers import clean_text, named_address
from engagement.messages.models import Message
from engagement.messages.rendering.render import Rendered, TemplateBroken
from engagement.messages.rules import Go

METADATA_KEY = "afterglow"
"""Under this name every provider carries our id, and tells it back in its tracking events."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a composed mail comes from; the local mailbox files it by this."""

    store_id: int
    message_id: int | None
    store_now: datetime


def compose(
    *,
    message: Message,
    store: Store,
    going: Go,
    rendered: Rendered,
    unsubscribe_url: str,
    now: datetime,
) -> EmailMultiAlternatives:
    """The mail to hand over. Raises `AddressUnsafe`, `TemplateBroken`.

    `unsubscribe_url` is required for marketing (RFC 8058) and ignored otherwise. `now` is the
    store's time.
    """
    headers = {
        "Message-ID": message_header_id(message),
        "Auto-Submitted": "auto-generated",
        "Feedback-ID": feedback_id(message=message, store=store),
    }
    if store.clock_offset:
        headers["Date"] = format_datetime(now)
    if message.is_marketing:
        if not unsubscribe_url:
            raise TemplateBroken("A marketing mail has no address to unsubscribe at.")
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        headers["List-Id"] = f"<{store.slug}.{host()}>"
    email = EmailMultiAlternatives(
        subject=clean_text(rendered.subject),
        body=rendered.text,
        from_email=sender_of(store),
        to=[named_address(name=going.to_name, email=going.to_email)],
        reply_to=[named_address(name="", email=store.reply_to)] if store.reply_to else [],
        headers=headers,
    )
    if rendered.html:
        email.attach_alternative(rendered.html, "text/html")
    # For anymail's providers; plain SMTP leaves them aside.
    email.metadata = {METADATA_KEY: message.public_id.hex}  # type: ignore[attr-defined]
    email.tags = [message.flow]  # type: ignore[attr-defined]
    # Providers measure by default; nobody has allowed them to (CNIL 2026-042, ePrivacy art. 5(3)).
    email.track_opens = email.track_clicks = False  # type: ignore[attr-defined]
    email.afterglow = Origin(  # type: ignore[attr-defined]
        store_id=store.pk, message_id=message.pk, store_now=now
    )
    return email


def sender_of(store: Store) -> str:
    """The From of a store; the installation's own address where the store has none."""
    return named_address(
        name=store.from_name, email=store.sender_email or settings.DEFAULT_FROM_EMAIL
    )


def message_header_id(message: Message) -> str:
    """Fixed when the mail is planned: the same at every try, so that a mailbox can fold doubles."""
    return f"<{message.send_key}@{host()}>"


def feedback_id(*, message: Message, store: Store) -> str:
    """Four fields at most, the last one the sender's own, as Gmail's feedback loop reads them."""
    return f"{message.step}:{message.flow}:{store.public_id.hex[:12]}:afterglow"


def host() -> str:
    """The installation's host name, for ids that stay the same when a store changes its sender."""
    name = urlsplit(settings.SITE_URL).hostname or "localhost"
    return "localhost" if name.replace(".", "").isdigit() or ":" in name else name
