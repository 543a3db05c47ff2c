"""The customer was erased, or merged into another."""

from datetime import timedelta

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip, Wait

MERGE_SETTLES_IN = timedelta(minutes=1)


def who_is_gone(case: Case) -> Skip | Wait | None:
    """Erased: never, but for the receipt of it. Merged: in a minute, when the mail has been carried over."""
    if case.customer is None:
        return None
    if case.customer.erased_at is not None and case.message.flow != "erasure_done":
        return Skip(Reason.ERASED)
    if case.customer.merged_into_id is not None:
        return Wait(until=case.now + MERGE_SETTLES_IN, why=Reason.MERGED, counts=False)
    return None
