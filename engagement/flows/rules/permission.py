"""Whether we may write to this person at all, and with this."""

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip
from engagement.preferences.models import Suppression
from engagement.preferences.policies import Basis
from engagement.preferences.topics import MARKETING


def permission(case: Case) -> Skip | None:
    """No address, a dead address, a wish to be left alone, no recorded basis for its topic: in this
    order."""
    if not case.email:
        return Skip(Reason.NO_ADDRESS)
    if case.reach == Suppression.Reach.ALL:
        return Skip(Reason.SUPPRESSED)
    if not case.is_marketing:
        return None
    if case.reach == Suppression.Reach.MARKETING:
        return Skip(Reason.UNSUBSCRIBED)
    topic = case.definition.topic if case.definition is not None else MARKETING
    if case.definition is not None and case.definition.is_courtesy:
        return Skip(Reason.TOPIC_OFF) if case.person.refused(topic) else None
    if case.person.basis(topic, now=case.now) != Basis.NONE:
        return None
    return Skip(Reason.TOPIC_OFF if case.person.refused(topic) else Reason.NO_CONSENT)
