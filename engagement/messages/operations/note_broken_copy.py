"""Write down that a shop's own words could not be used and the shipped ones stood in."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from core.stores.scope import store_scope
from engagement.messages.models import MailVersion
from engagement.messages.rendering.copy import FellBack
from engagement.messages.rendering.own_copy import OwnCopy

log = structlog.get_logger(__name__)


def note_broken_copy(
    *, store_id: int, own: OwnCopy, fell_back: Iterable[FellBack], now: datetime
) -> None:
    """Mark the versions named in `fell_back` as broken since `now` (store's time), each once.

    One statement per version and process: `own` remembers what was told. The dashboard and the
    doctor read it.
    """
    for one in fell_back:
        if one.version in own.told:
            continue
        own.told.add(one.version)
        log.warning("own_words_broken", store_id=store_id, version_id=one.version, slot=one.slot)
        with store_scope(store_id):
            MailVersion.objects.filter(pk=one.version, broke_at=None).update(
                broke_at=now, broke_detail=one.why[:300]
            )
