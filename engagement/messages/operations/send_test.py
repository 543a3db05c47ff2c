"""Send one mail to somebody of the shop, so that they see it in their own mailbox."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.delivery.accounts import sender_for
from engagement.messages.operations.write_sample import write_mail
from engagement.messages.rendering.own_copy import SHIPPED, OwnCopy


class TestNotSent(Exception):
    """The sending account did not take the mail; says what to look at."""

    __test__ = False  # no test class, whatever pytest thinks of its name


def send_test(
    *,
    store: Store,
    template: str,
    language: str,
    context: Mapping[str, Any],
    to: str,
    own: OwnCopy = SHIPPED,
    now: datetime,
) -> str:
    """Hand the mail `template` over to the store's account, for `to`; how it was sent, in words.

    Nothing is planned or counted, and its links to leave must be a sample's. Call it outside of a
    transaction. Raises `TemplateBroken`, `AddressUnsafe`, `CredentialsUnreadable`, `TestNotSent`.
    """
    email, _rendered = write_mail(
        template=template,
        language=language,
        context=context,
        store=store,
        to=to,
        own=own,
        key=secrets.token_hex(8),  # mailboxes fold what has the same id
        now=now,
    )
    email.subject = f"[Test] {email.subject}"
    with store_scope(store.pk):
        sender = sender_for(store=store)
    try:
        sender.connect().send_messages([email])
    except Exception as error:
        raise TestNotSent(
            f"The sending account did not take the mail ({type(error).__name__}). "
            "Check EMAIL_URL or the account in the dashboard."
        ) from error
    return f"Sent “{email.subject}” through {sender.backend}."
