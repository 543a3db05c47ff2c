"""Publish a shop's own words, or its own look, for one mail: at once or from a day on."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from core.audit.write import write_down
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import MailDraft, MailVersion
from engagement.messages.rendering.copy import languages_of
from engagement.messages.rendering.own_copy import LOOK
from engagement.messages.rendering.slots import BadCopy, cleaned_words
from engagement.messages.rendering.style import LINKS, cleaned_look
from engagement.messages.rendering.try_words import try_words

__all__ = ["BadCopy", "CopyMovedOn", "publish_copy", "restore_copy", "withdraw_copy"]


class CopyMovedOn(Exception):
    """Somebody else has published since this text was begun."""


def publish_copy(
    *,
    store: Store,
    template: str,
    language: str,
    content: Mapping[str, Any],
    by: str,
    begun_from: int | None = None,
    live_from: datetime | None = None,
    restored_from: int | None = None,
    now: datetime,
) -> MailVersion:
    """Make `content` what the mail says (or, with an empty `language`, looks like); the version.

    It counts from `live_from` on, at once when None; both are the store's time. `begun_from` is the
    newest version known to who wrote it; None overwrites whatever there is. What equals the shipped
    text is left out, so that an empty content is a reset. Drafts that `by` keeps of it are removed.
    Raises `BadCopy` for content that fits no mail or that a child process did not survive (A13;
    whoever calls this, and however old the content is), and `CopyMovedOn`.
    """
    kept = (
        cleaned_look(template=template, look=content)
        if language == LOOK
        else cleaned_words(template=template, language=language, words=content)
    )
    if language not in {LOOK, *languages_of(template), *store.languages}:
        raise BadCopy(f"There is no mail “{template[:40]}” in “{language[:8]}”.")
    _try(kept, language=language, store=store)
    with transaction.atomic(), store_scope(store.pk):
        Store.objects.select_for_update(no_key=True).get(pk=store.pk)
        number = _newest(template=template, language=language)
        if begun_from is not None and begun_from != number:
            raise CopyMovedOn(f"Version {number} was published since this was begun.")
        version = MailVersion.objects.create(
            store=store,
            template=template,
            language=language,
            number=number + 1,
            content=kept,
            live_from=max(live_from, now) if live_from else now,
            created_at=now,
            created_by=by,
            restored_from=restored_from,
        )
        MailDraft.objects.filter(template=template, language=language, author__email=by).delete()
        _stamp(store)
        _note(
            version,
            "publish",
            by=by,
            now=now,
            slots=sorted(kept),
            live_from=version.live_from.isoformat(),
            restored_from=restored_from,
        )
    return version


def restore_copy(*, store: Store, version: MailVersion, by: str, now: datetime) -> MailVersion:
    """Publish the content of an earlier `version` again, at once; the new version."""
    return publish_copy(
        store=store,
        template=version.template,
        language=version.language,
        content=version.content,
        by=by,
        restored_from=version.number,
        now=now,
    )


def withdraw_copy(*, store: Store, version: MailVersion, by: str, now: datetime) -> bool:
    """Take back a `version` that was scheduled and has not begun; whether it was still to come."""
    with transaction.atomic(), store_scope(store.pk):
        taken = MailVersion.objects.filter(
            pk=version.pk, live_from__gt=now, withdrawn_at=None
        ).update(withdrawn_at=now)
        if taken:
            _stamp(store)
            _note(version, "withdraw", by=by, now=now)
    return bool(taken)


def _try(kept: Mapping[str, Any], *, language: str, store: Store) -> None:
    """Raise `BadCopy` where a text cannot be filled within its limits."""
    texts = kept
    if language == LOOK:  # of a look only links may name values
        texts = {name: kept[name] for name in LINKS if "{" in str(kept.get(name, ""))}
    if not texts:
        return
    tried = try_words(texts=texts, language=language or store.default_language)
    for slot, told in tried.items():
        if told.error:
            raise BadCopy(f"{slot.capitalize().replace('_', ' ')}: {told.error}")


def _newest(*, template: str, language: str) -> int:
    known = MailVersion.objects.filter(template=template, language=language)
    return known.aggregate(newest=Max("number"))["newest"] or 0


def _stamp(store: Store) -> None:
    store.mail_copy_stamp = secrets.token_hex(16)
    Store.objects.filter(pk=store.pk).update(mail_copy_stamp=store.mail_copy_stamp)


def _note(version: MailVersion, deed: str, *, by: str, now: datetime, **detail: Any) -> None:
    write_down(
        store_id=version.store_id,
        actor=by,
        action=f"mail_copy.{deed}",
        subject=f"mailversion:{version.pk}",
        detail={
            "mail": version.template,
            "language": version.language or "look",
            "number": version.number,
            **detail,
        },
        now=now,
    )
