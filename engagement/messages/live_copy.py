"""A store's own mail copy as it is now, read once per change and kept in the process.

The store's row, which every pass reads anyway, carries a stamp that each change replaces. While it
is the same, nothing is asked of the database; a scheduled version is among what was read and takes
over by itself when its time comes.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import MailVersion
from engagement.messages.rendering.own_copy import SHIPPED, OwnCopy, OwnText

MOST_BOOKS = 256


class Book:
    """All versions of a store that count now or will, and what they amount to at a moment."""

    def __init__(self, *, stamp: str, versions: Sequence[MailVersion]) -> None:
        self.stamp = stamp
        self._versions: dict[tuple[str, str], list[MailVersion]] = defaultdict(list)
        for version in versions:
            self._versions[version.template, version.language].append(version)
        self._made: tuple[tuple[int, ...], OwnCopy] = ((), SHIPPED)

    def at(self, now: datetime) -> OwnCopy:
        """The copy that counts at `now` (store's time); the same object while it does not change."""
        chosen = {
            key: live[-1]
            for key, versions in self._versions.items()
            if (live := [one for one in versions if one.live_from <= now])
        }
        ids = tuple(sorted(version.pk for version in chosen.values()))
        if ids != self._made[0]:
            texts = {
                key: OwnText(version=version.pk, content=version.content)
                for key, version in chosen.items()
                if version.content
            }
            self._made = (ids, OwnCopy(texts) if texts else SHIPPED)
        return self._made[1]


_books: dict[int, Book] = {}


def live_copy(*, store: Store, now: datetime) -> OwnCopy:
    """The store's own copy at `now` (store's time). No query while `store.mail_copy_stamp` is known,
    two when it is not.
    """
    if not store.mail_copy_stamp:
        return SHIPPED
    book = _books.get(store.pk)
    if book is None or book.stamp != store.mail_copy_stamp:
        if len(_books) >= MOST_BOOKS:
            _books.clear()
        book = _books[store.pk] = _read(store=store, now=now)
    return book.at(now)


def _read(*, store: Store, now: datetime) -> Book:
    with store_scope(store.pk):
        standing = MailVersion.objects.standing().in_force_order()
        needed: dict[tuple[str, str], list[int]] = defaultdict(list)
        rows = standing.values_list("pk", "template", "language", "live_from")
        for pk, template, language, live_from in rows:
            if live_from <= now:
                needed[template, language].clear()
            needed[template, language].append(pk)
        ids = [pk for pks in needed.values() for pk in pks]
        return Book(stamp=store.mail_copy_stamp, versions=list(standing.filter(pk__in=ids)))
