"""Which of a store's own mail texts cannot be used, so that shipped ones stand in."""

from collections.abc import Mapping
from datetime import datetime

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.live_copy import live_copy
from engagement.messages.models import MailVersion
from engagement.messages.rendering.copy import Own


def broken_copy(*, store: Store, now: datetime) -> Mapping[tuple[str, str], str]:
    """Why, by (mail, language), of what counts at `now` (store's time).

    Texts that cannot be read, and those that failed when a mail left. One query for a store with
    texts of its own, none for others.
    """
    own = live_copy(store=store, now=now)
    if not own.texts:
        return {}
    told = {
        (template, language): slot.why
        for template, language in own.texts
        if language
        for slot in own.words(template, (language,)).values()
        if isinstance(slot, Own) and slot.why
    }
    live = [text.version for text in own.texts.values()]
    with store_scope(store.pk):
        failed = MailVersion.objects.filter(pk__in=live, broke_at__isnull=False)
        for template, language, why in failed.values_list("template", "language", "broke_detail"):
            told[template, language] = why
    return told
