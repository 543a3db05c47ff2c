"""Left out on purpose, to measure what the flow brings."""

from engagement.flows.case import Case
from engagement.flows.policies import is_held_out
from engagement.messages.models import Reason
from engagement.messages.rules import Skip


def held_out(case: Case) -> Skip | None:
    """Asked again at send: the share may have been raised since it was planned."""
    if not case.is_marketing or case.customer is None or case.flow is None:
        return None
    if is_held_out(
        salt=case.store.flow_salt,
        flow=case.flow.key,
        customer_id=case.customer.pk,
        holdout_bp=case.flow.holdout_bp,
    ):
        return Skip(Reason.HELD_OUT)
    return None
