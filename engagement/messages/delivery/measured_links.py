"""Links that pass by us, so that a shop sees which were opened: only where it and the person want that.

The target is sealed into the link, so that nobody can send anybody elsewhere with our address. Our own
links (leaving, reading in a browser) stay as they are, and so does the text part.
"""

import html
import re
import struct
import uuid
from dataclasses import replace

from django.conf import settings

from core.links import seal, unseal
from engagement.messages.models import Message
from engagement.messages.rendering.render import Rendered

PURPOSE = "measured link"
LONGEST_TARGET = 240  # bytes; a longer one stays plain
_layout = struct.Struct(">Q16s")
_href = re.compile(r'(<a\b[^>]*?\bhref=")(https?://[^"]+)(")')


def with_measured_links(rendered: Rendered, *, message: Message) -> Rendered:
    """The mail with its links to the outside passing by us."""

    def measured(found: re.Match[str]) -> str:
        target = html.unescape(found[2])
        if target.startswith(settings.SITE_URL) or len(target.encode()) > LONGEST_TARGET:
            return found[0]
        return f"{found[1]}{measured_url(message, target=target)}{found[3]}"

    return replace(rendered, html=_href.sub(measured, rendered.html))


def measured_url(message: Message, *, target: str) -> str:
    """An address of ours that leads to `target`, and says from which mail."""
    plain = _layout.pack(message.store_id, message.public_id.bytes) + target.encode()
    return f"{settings.SITE_URL}/u/go/{seal(purpose=PURPOSE, plain=plain)}/"


def read_measured(token: str) -> tuple[int, uuid.UUID, str] | None:
    """(store id, message's public id, target); None for a forgery."""
    plain = unseal(purpose=PURPOSE, token=token)
    if plain is None or len(plain) <= _layout.size:
        return None
    store_id, public_id = _layout.unpack(plain[: _layout.size])
    target = plain[_layout.size :].decode()
    return store_id, uuid.UUID(bytes=public_id), target
