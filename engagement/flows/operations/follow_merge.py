"""Two customers turned out to be one: their mails go on with the one who remains."""

from datetime import datetime

from django.db.models import Q

from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.end_messages import end_messages


def follow_customer_merge(
    *, store_id: int, remaining_id: int, merged_id: int, now: datetime
) -> None:
    """Carry all messages of `merged_id` over to `remaining_id`; doubles that are planned end.

    Sent ones move as well, so that the frequency cap counts one person. Told twice it changes
    nothing. A double is a mail about the customer (a birthday) that both were promised.
    """
    old, new = f"customer:{merged_id}", f"customer:{remaining_id}"
    taken = set(
        Message.objects.filter(customer_id=remaining_id, subject=new).values_list(
            "flow", "step", "occurrence"
        )
    )
    doubles: list[int] = []
    free: list[int] = []
    theirs = Message.objects.filter(customer_id=merged_id, subject=old)
    for pk, *key in theirs.values_list("pk", "flow", "step", "occurrence"):
        (doubles if tuple(key) in taken else free).append(pk)
    if doubles:
        end_messages(store_id=store_id, where=Q(pk__in=doubles), reason=Reason.MERGED, now=now)
    # The outbox row first, as everybody locks them.
    rows = Outbox.objects.filter(customer_id=merged_id).order_by("pk").select_for_update()
    Outbox.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        customer_id=remaining_id
    )
    Message.objects.filter(pk__in=free).update(subject=new)
    Message.objects.filter(customer_id=merged_id).update(customer_id=remaining_id)
