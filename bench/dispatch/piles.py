"""The pile of mails that each way gets: the same buyers, orders and words for all."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from bench.dispatch.runs import Run, Sink
from bench.dispatch.same_mail import SameMail, checked, context_of
from bench.dispatch.shop import open_shop, plant
from core.clock import real_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import Lane, Message, Outbox, ProviderAccount
from engagement.messages.rendering.render import render
from engagement.messages.rules import Go, send_rules


@dataclass
class Piles:
    """One shop, and files with the data of its mails for those who use no database."""

    store: Store
    mails: int
    told: list[dict[str, Any]]
    contexts: str
    env: dict[str, str]

    @classmethod
    def made(cls, *, mails: int, folder: Path) -> "Piles":
        """Open the shop, and see that the peers' template makes the very mail that ours makes."""
        store = open_shop()
        plant(store=store, count=mails)
        with store_scope(store.pk):
            messages = list(Message.objects.all())
            rulings = send_rules().judge(messages=messages, now=real_now())
            going = [one for one in rulings.values() if isinstance(one, Go)]
            ours = render(template="order_confirmation", language="en", context=going[0].context)
        checked(same=SameMail(), context=going[0].context, ours=ours)
        text = [
            json.dumps({"to": f'"{one.to_name}" <{one.to_email}>', "context": context_of(one.context)},
                       cls=DjangoJSONEncoder)
            for one in going
        ]  # fmt: skip
        contexts = folder / "contexts.jsonl"
        contexts.write_text("\n".join(text))
        at = connection.settings_dict
        url = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        return cls(
            store=store,
            mails=mails,
            told=[json.loads(line) for line in text],
            contexts=str(contexts),
            env={"DATABASE_URL": url},
        )

    @property
    def has_post_office(self) -> bool:
        return bool(settings.HAS_POST_OFFICE)

    @property
    def has_broker(self) -> bool:
        return bool(os.environ.get("REDIS_URL"))

    def plant(self, *, mark_batch: int, kind: str, connections: int = 1) -> str:
        """Make `mails` due, and nothing else; the lane they are in."""
        with store_scope(self.store.pk):
            Outbox.objects.all().delete()
            ProviderAccount.objects.update(mark_batch=mark_batch, connections=connections)
        plant(store=self.store, count=self.mails, kind=kind)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        return (Lane.MARKETING if kind == "review_request" else Lane.TRANSACTIONAL).name

    def checked(self, run: Run) -> Run:
        """The run, unless a mail of it was not recorded as sent."""
        with store_scope(self.store.pk):
            left = Outbox.objects.count()
        if left or run.sent != self.mails:
            raise SystemExit(f"{left} mails were not sent, {run.sent} of {self.mails} were.")
        return run

    def queue_post_office(self) -> None:
        from bench.dispatch.ways import queue_post_office  # noqa: PLC0415

        queue_post_office(self.told)

    def celery(self, *, sink: Sink) -> Run:
        from bench.dispatch.celery_each import timed  # noqa: PLC0415

        return timed(told=self.told, env=self.env, sink=sink)
