"""Forget where the last mail to somebody erased went, once it has gone."""

from datetime import datetime, timedelta

from engagement.messages.models import LocalMail, Message
from orders.models import PrivacyRequest

FLOW = "erasure_done"
LONGEST = timedelta(hours=20)  # G2: all of it within a day


def forget_receipts(*, store_id: int, now: datetime) -> int:
    """Empty the address of every erasure whose last mail has ended, or that has waited for too long;
    how many. Inside the store's scope; `now` is the store's time."""
    emptied = 0
    # A laptop's mailbox keeps what would have left: for a day it may be looked at.
    last_mails = LocalMail.objects.filter(store_id=store_id, message__flow=FLOW)
    last_mails.filter(received_at__lte=now - LONGEST).delete()
    for demand in (
        PrivacyRequest.objects.filter(customer__isnull=False)
        .exclude(receipt_sealed="")
        .order_by("pk")[:100]
    ):
        mails = Message.objects.filter(customer=demand.customer, flow=FLOW)
        states = set(mails.values_list("status", flat=True))
        is_over = bool(states) and states <= {
            Message.Status.SENT,
            Message.Status.SKIPPED,
            Message.Status.FAILED,
        }
        if not is_over and demand.done_at and demand.done_at > now - LONGEST:
            continue
        mails.update(sent_to="")
        PrivacyRequest.objects.filter(pk=demand.pk).update(receipt_sealed="")
        emptied += 1
    return emptied
