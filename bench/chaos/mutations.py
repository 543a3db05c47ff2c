"""Each defence, switched off on purpose: a harness that then still says "all is well" is worthless.

`python -m bench.chaos --mutations` plays, for each, the scenario that must notice. The switches live
here and act in the children of the bench alone; the product has none.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Defence:
    """What is switched off (in words and in deed), and the scenario that must fail without it.

    `off` runs in every child; `sql` once in the database.
    """

    says: str
    scenario: str
    off: Callable[[], None] = lambda: None
    sql: str = ""


def _set(module: str, **values: Any) -> Callable[[], None]:
    """Replace names of a module; a name that is gone is an error."""

    def off() -> None:
        found = import_module(module)
        for name, value in values.items():
            getattr(found, name)
            setattr(found, name, value)

    return off


def _all(*steps: Callable[[], None]) -> Callable[[], None]:
    def off() -> None:
        for step in steps:
            step()

    return off


def _marking(*, fenced: bool = True, asks: bool = True, writes: bool = True) -> Callable[[], None]:
    """MARK written down once more, plainly, with parts left out."""

    def off() -> None:
        send_batch = import_module("engagement.messages.operations.send_batch")
        models = import_module("engagement.messages.models")
        rules = import_module("engagement.messages.rules")
        clock = import_module("core.clock")
        atomic = import_module("django.db.transaction").atomic

        def mark(self: Any, ready: Any, *, now: Any) -> frozenset[int]:
            self.lease_until = clock.real_now() + self.limits.lease
            messages = [one.row.message for one in ready]
            with atomic():
                forbidden = rules.send_rules().forbidden(messages=messages, now=now) if asks else {}
                ids = [message.pk for message in messages if message.pk not in forbidden]
                rows = models.Outbox.objects.filter(pk__in=ids).order_by("pk")
                if fenced:
                    rows = rows.filter(state=models.Outbox.State.CLAIMED, token=self.token)
                going = list(rows.select_for_update().values_list("pk", flat=True))
                if writes:
                    state = models.Outbox.State.HANDING
                    models.Outbox.objects.filter(pk__in=going).update(
                        state=state, token=self.token, lease_until=self.lease_until, claims=0
                    )
                    models.Message.objects.filter(pk__in=going).update(
                        status=models.Message.Status.HANDING, handed_at=now
                    )
            return frozenset(going)

        send_batch.Batch._mark = mark

    return off


def _no_sweep() -> None:
    chores = import_module("engagement.chores")
    for name in ("notices", "reactions", "dispatch"):
        idle = chores.Chore(name, chores.BY_NAME[name].every_seconds, lambda: 0)
        chores.BY_NAME[name] = idle


def _leases_never_end() -> None:
    ten_years = timedelta(days=3650)
    for module in ("core.events.spine", "orders.operations.process_notices"):
        _set(module, work_lease=lambda: ten_years)()
    _set("engagement.chores", reap=lambda **_: (0, 0))()


def _answer_before_commit() -> None:
    """Says yes whatever became of the row."""
    receive = import_module("orders.operations.receive_notice")
    error = import_module("django.db").Error
    keep = receive.keep_notices

    def hope(notices: Any) -> None:
        with contextlib.suppress(error):
            keep(notices)

    receive.keep_notices = hope
    import_module("orders.ingest.door").receive_unchanged = lambda **_: False  # all go that way


def _drop(table: str, constraint: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"


DEFENCES: dict[str, Defence] = {
    "token-fence": Defence(
        "MARK takes rows whoever holds them",
        "sleeps-through-lease",
        off=_marking(fenced=False),
    ),
    "mark": Defence(
        "mails are handed over without having been marked",
        "dies-after-250",
        off=_marking(writes=False),
    ),
    "re-check": Defence(
        "MARK does not ask again who may be written to",
        "late-unsubscribe",
        off=_marking(asks=False),
    ),
    "key-of-mail": Defence(
        "no unique key on a promised mail",
        "webhook-storm",
        sql=_drop("engagement_messages_message", "a_mail_is_promised_once"),
    ),
    "key-of-notice": Defence(
        "no unique key on a kept delivery",
        "webhook-storm",
        sql=_drop("orders_inboundnotice", "a_notice_is_kept_once"),
    ),
    "key-of-feedback": Defence(
        "no unique key on what a provider tells",
        "feedback-storm",
        sql=_drop("engagement_messages_messageevent", "provider_news_once"),
    ),
    "key-of-tick": Defence(
        "every scheduler believes that it took the slot",
        "two-schedulers",
        off=_set("engagement.chores", take_slot=lambda **_: True),
    ),
    "sweep": Defence("nobody looks for work that no hint told of", "redis-killed", off=_no_sweep),
    "lease": Defence(
        "what a dead worker claimed is its own for ever", "worker-killed", off=_leases_never_end
    ),
    "commit-first": Defence(
        "a delivery is acknowledged whether or not it was kept",
        "postgres-crashes",
        off=_answer_before_commit,
    ),
    "poison-count": Defence(
        "nobody counts the workers that died over something",
        "poison",
        off=_all(
            _set("core.events.spine", MAX_CLAIMS=10**6),
            _set("orders.operations.process_notices", MAX_CLAIMS=10**6),
        ),
    ),
    "rest": Defence(
        "an account goes on at once when its provider asks it to wait",
        "api-trouble",
        off=_set("engagement.messages.operations.hand_over", pause_account=lambda *_, **__: None),
    ),
    "impatience": Defence(
        "a hint waits for a hanging broker as long as it takes",
        "redis-hangs",
        off=_set("core.wake", ANSWER_SECONDS=30.0),
    ),
}
CONTROL = Defence(
    "nothing: MARK as written down here is as good", "sleeps-through-lease", _marking()
)


def switch_off(name: str) -> None:
    """Called in each child. Raises LookupError for a defence that is not in the list."""
    (CONTROL if name == "control" else DEFENCES[name]).off()
