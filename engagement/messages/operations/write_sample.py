"""A mail written from sample data, as it would leave: for test sends and the contact sheet."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives

from core.stores.models import Store
from engagement.messages.delivery.compose import compose
from engagement.messages.models import Message
from engagement.messages.rendering.own_copy import SHIPPED, OwnCopy
from engagement.messages.rendering.render import MARKETING, Rendered, render
from engagement.messages.rendering.samples import SAMPLES, UNSUBSCRIBE
from engagement.messages.rules import Go


def write_sample(
    *,
    template: str,
    language: str,
    sample: str,
    store: Store,
    store_data: Mapping[str, Any] | None,
    to: str,
    own: OwnCopy = SHIPPED,
    now: datetime,
) -> tuple[EmailMultiAlternatives, Rendered]:
    """One mail of `template` out of the sample ``full``, ``minimal`` or ``hostile``.

    `store_data` takes the place of the sample's store, `own` that of the shipped words. Nothing is
    saved. Raises `TemplateBroken`.
    """
    context = SAMPLES[sample]()
    if store_data is not None:
        context["store"] = dict(store_data)
    return write_mail(
        template=template,
        language=language,
        context=context,
        store=store,
        to=to,
        own=own,
        key=sample,
        now=now,
    )


def write_mail(
    *,
    template: str,
    language: str,
    context: Mapping[str, Any],
    store: Store,
    to: str,
    own: OwnCopy = SHIPPED,
    key: str,
    now: datetime,
) -> tuple[EmailMultiAlternatives, Rendered]:
    """One mail out of `context`, with the sample's way to leave. `key` makes its id its own.

    Nothing is saved. Raises `TemplateBroken`, `AddressUnsafe`.
    """
    rendered = render(template=template, language=language, context=context, own=own)
    return composed(
        rendered=rendered,
        template=template,
        language=language,
        context=context,
        store=store,
        to=to,
        key=key,
        now=now,
    ), rendered


def composed(
    *,
    rendered: Rendered,
    template: str,
    language: str,
    context: Mapping[str, Any],
    store: Store,
    to: str,
    key: str,
    now: datetime,
) -> EmailMultiAlternatives:
    """What is `rendered` as a message to `to`. Raises `AddressUnsafe`."""
    is_marketing = template in MARKETING
    message = Message(
        store_id=store.pk,
        public_id=uuid.UUID(hashlib.md5(f"{template}/{language}/{key}".encode()).hexdigest()),  # noqa: S324
        flow=template,
        step="sample",
        template=template,
        message_class=Message.Class.MARKETING if is_marketing else Message.Class.TRANSACTIONAL,
    )
    name = str((context.get("customer") or {}).get("full_name") or "")
    return compose(
        message=message,
        store=store,
        going=Go(to_email=to, to_name=name, language=language, context=dict(context)),
        rendered=rendered,
        unsubscribe_url=UNSUBSCRIBE if is_marketing else "",
        now=now,
    )
