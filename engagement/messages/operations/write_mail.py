"""Write one mail that may go. No database here: it may be at work for whoever asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives

from core.clock import now as store_now
from core.stores.models import Store
from engagement.messages.delivery.compose import compose
from engagement.messages.delivery.headers import AddressUnsafe
from engagement.messages.delivery.measured_links import with_measured_links
from engagement.messages.models import Outbox
from engagement.messages.operations.mark_unchanged import Written
from engagement.messages.rendering.copy import FellBack
from engagement.messages.rendering.own_copy import OwnCopy
from engagement.messages.rendering.render import TemplateBroken, render
from engagement.messages.rules import Go


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Written):
    """A row whose mail is written and may be marked."""

    email: EmailMultiAlternatives
    until: datetime | None
    gives: Any = None
    fell_back: tuple[FellBack, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A row whose mail cannot be written."""

    row: Outbox
    error: AddressUnsafe | TemplateBroken


def write(*, row: Outbox, going: Go, grounds: str, store: Store, own: OwnCopy) -> Ready | Broken:
    """The mail of one row from its ruling `going`, which rests on `grounds`; or why there is none."""
    message = row.message
    links = going.context.get("links") or {}
    try:
        rendered = render(
            template=message.template,
            language=going.language,
            context=going.context,
            own=own,
        )
        if going.measures:
            rendered = with_measured_links(rendered, message=message)
        email = compose(
            message=message,
            store=store,
            going=going,
            rendered=rendered,
            unsubscribe_url=str(links.get("unsubscribe_url", "")),
            now=store_now(store),
        )
    except (AddressUnsafe, TemplateBroken) as error:
        return Broken(row=row, error=error)
    return Ready(
        row=row,
        # What it hands over becomes valid in `mark`, so that it is marked there.
        grounds="" if going.gives is not None else grounds,
        address=going.to_email,
        language=rendered.language,
        email=email,
        until=going.until,
        gives=going.gives,
        fell_back=rendered.fell_back,
    )
