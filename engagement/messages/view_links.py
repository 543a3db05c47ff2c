"""The link under which a mail can be read in a browser."""

import struct
import uuid
from datetime import timedelta

from django.conf import settings

from core.links import seal, unseal
from engagement.messages.models import Message

PURPOSE = "mail in a browser"
GOOD_FOR = timedelta(days=90)
"""After it was sent. Its words are long known by then; the addresses in it need not stay open."""
NEVER = frozenset(
    {"login_link", "preference_confirmation", "export_ready", "erasure_asked", "erasure_done"}
)
"""Mails that hand over a key: whoever reads them must have opened the mailbox itself."""
_layout = struct.Struct(">Q16s")


def browser_url(message: Message) -> str:
    """The address of this mail for the eyes of who got it; empty for a mail that hands over a key."""
    if message.template in NEVER:
        return ""
    plain = _layout.pack(message.store_id, message.public_id.bytes)
    return f"{settings.SITE_URL}/u/mail/{seal(purpose=PURPOSE, plain=plain)}/"


def read_browser_token(token: str) -> tuple[int, uuid.UUID] | None:
    """(store id, message's public id); None for a forgery."""
    plain = unseal(purpose=PURPOSE, token=token)
    if plain is None or len(plain) != _layout.size:
        return None
    store_id, public_id = _layout.unpack(plain)
    return store_id, uuid.UUID(bytes=public_id)
