"""The campaign that a mail belongs to was canceled or is paused."""

from datetime import timedelta

from engagement.flows.case import Case
from engagement.flows.models import Campaign
from engagement.messages.models import Reason
from engagement.messages.rules import Skip, Wait

LOOK_AGAIN_IN = timedelta(minutes=15)


def campaign_state(case: Case) -> Skip | Wait | None:
    """Canceled ends the mail, a pause holds it."""
    if "campaign" not in case.message.facts:
        return None
    if case.campaign is None or case.campaign.status == Campaign.Status.CANCELED:
        return Skip(Reason.CANCELED_BY_HAND, "The campaign was canceled.")
    if case.campaign.paused_at is not None:
        return Wait(until=case.now + LOOK_AGAIN_IN, why="paused", counts=False)
    return None
