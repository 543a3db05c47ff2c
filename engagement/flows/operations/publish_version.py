"""Publish a changed flow: a new, immutable version that everything planned follows from now on."""

from datetime import datetime

from django.db import transaction

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.definition import BadDefinition, Definition
from engagement.flows.models import Flow, FlowVersion

# What makes a flow this flow: its mails are unique by these, so a version must not touch them.
FIXED = {
    "key": "name",
    "message_class": "class (order news or marketing)",
    "subject": "subject",
    "starts_on": "starting events",
    "counts_from": "start of counting",
    "one_per": "one-per rule",
    "topic": "topic",
}


def publish_version(
    *, store: Store, definition: Definition, by: str = "", now: datetime
) -> FlowVersion:
    """Make `definition` what the store's flow of that key does; the new version.

    Call `replan` afterwards when waits changed; sending is right without it, only the calendar
    would show old times. Raises `BadDefinition` when it would turn the flow into another one, and
    `Flow.DoesNotExist`.
    """
    with transaction.atomic(), store_scope(store.pk):
        flow = Flow.objects.select_for_update().get(key=definition.key)
        current = Definition.from_json(flow.versions.get(number=flow.current_version).definition)
        for name, words in FIXED.items():
            if getattr(current, name) != getattr(definition, name):
                raise BadDefinition(f"The {words} of “{current.title}” cannot be changed.")
        newest = flow.versions.order_by("-number").values_list("number", flat=True)[0]
        version = FlowVersion.objects.create(
            store=store,
            flow=flow,
            number=newest + 1,
            definition=definition.to_json(),
            created_at=now,
            created_by=by,
        )
        Flow.objects.filter(pk=flow.pk).update(current_version=version.number)
    return version
