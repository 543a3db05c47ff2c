"""Give a store the ready-made flows."""

from datetime import datetime

from django.db import transaction

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.catalog import CATALOG
from engagement.flows.definition import Definition
from engagement.flows.models import Flow, FlowVersion


def install_flows(*, store: Store, now: datetime) -> None:
    """Create every catalog flow the store does not have yet, with version 1, switched on unless it is
    one that a merchant has to want (`is_off_at_first`).

    A store that has flows gets the new ones of an update: order news switched on, because what the
    customer does now rests on it; marketing off, because nobody at the shop has seen it.

    Idempotent: flows that the store has keep their versions, status and share held out. A flow
    installed at `now` is started by nothing that happened before.
    """
    with transaction.atomic(), store_scope(store.pk):
        is_update = Flow.objects.exists()
        Flow.objects.bulk_create(
            [
                Flow(
                    store=store,
                    key=entry.key,
                    status=_first_status(entry, is_update=is_update),
                    activated_at=now,
                    holdout_bp=entry.holdout_bp,
                )
                for entry in CATALOG
            ],
            ignore_conflicts=True,
        )
        without_version = Flow.objects.filter(versions__isnull=True)
        entries = {entry.key: entry for entry in CATALOG}
        FlowVersion.objects.bulk_create(
            [
                FlowVersion(
                    store=store,
                    flow=flow,
                    number=1,
                    definition=entries[flow.key].to_json(),
                    created_at=now,
                )
                for flow in without_version
                if flow.key in entries
            ],
            ignore_conflicts=True,
        )


def _first_status(entry: Definition, *, is_update: bool) -> str:
    waits = entry.is_off_at_first or (is_update and entry.is_marketing)
    return Flow.Status.OFF if waits else Flow.Status.ON
