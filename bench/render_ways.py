"""The two ways that ``bench.render`` compares."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.template import Context

from bench.dispatch.same_mail import SameMail, context_of
from core.ids import new_public_id
from core.stores.models import Store
from engagement.messages.delivery.compose import compose
from engagement.messages.delivery.mime import is_ours, written
from engagement.messages.models import Message
from engagement.messages.rendering.render import MARKETING, render
from engagement.messages.rendering.samples import UNSUBSCRIBE, full
from engagement.messages.rules import Go


def plain_order() -> dict[str, Any]:
    """The full sample without the blocks that the peer's template has none of."""
    return full() | {"thanks": None, "voucher": None}


def our_mail(*, template: str, now: datetime, plain: bool = False) -> Callable[[], bytes]:
    """One mail from data to bytes, each time anew."""
    context = plain_order() if plain else full()
    store = Store(name="Lipa", slug="lipa", sender_name="Lipa", sender_email="hello@lipa.example")
    message = Message(
        public_id=new_public_id(),
        flow=template,
        template=template,
        message_class="marketing" if template in MARKETING else "transactional",
    )
    going = Go(to_email="jana@mail.example", to_name="Jana", language="en", context=context)

    def write() -> bytes:
        rendered = render(template=template, language="en", context=context)
        mail = compose(
            message=message,
            store=store,
            going=going,
            rendered=rendered,
            unsubscribe_url=UNSUBSCRIBE if template in MARKETING else "",
            now=now,
        )
        assert is_ours(mail)
        return written(mail, eight_bit=True)

    return write


def django_page() -> Callable[[], str]:
    """The same order confirmation's HTML by Django's templates; its context made beforehand."""
    page = SameMail().templates["page"]
    context = context_of(plain_order()) | {"subject": "We have your order 1042"}
    return lambda: page.render(Context(context))
