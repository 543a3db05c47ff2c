"""The voucher that a mail gives along: who may be given one, and what it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.stores.models import Store
from engagement.flows.case import Case
from engagement.flows.definition import GIVING, Gift
from engagement.messages.models import Message
from engagement.preferences.models import Consent
from engagement.preferences.queries import marketing_bases, suppressed
from engagement.preferences.topics import Topic
from orders.models import Customer, Voucher
from orders.operations.issue_voucher import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """One voucher for one mail. `email` is where the mail goes."""

    store: Store
    customer: Customer
    email: str
    occasion: str
    reason: str
    by: str
    offer: Offer


def occasion_of(message: Message) -> str:
    """What a voucher is given for: the mail, as its unique key names it."""
    return f"{message.flow}/{message.step}/{message.subject}/{message.occurrence}"


def given_with(message: Message) -> Voucher | None:
    """The voucher that this mail, once sent, gave along. No query where its mail has no place for one."""
    if message.template not in GIVING or message.customer_id is None:
        return None
    given = Voucher.objects.filter(
        customer_id=message.customer_id,
        occasion=occasion_of(message),
        live_at__isnull=False,
        revoked_at__isnull=True,
    )
    return given.first()


def givings_of(*, cases: Sequence[Case], now: datetime) -> dict[int, Giving]:
    """What these mails give, by message id: those whose step gives a voucher to somebody who may be
    offered something. No queries where no step does, three otherwise. Cases are of one store."""
    wanted = [
        case
        for case in cases
        if case.step is not None
        and case.step.voucher is not None
        and case.customer is not None
        and not (case.order is not None and case.order.is_gift)
    ]
    if not wanted:
        return {}
    allowed = may_be_offered(
        people={case.customer.pk: case.email for case in wanted if case.customer is not None},
        store=wanted[0].store,
        now=now,
    )
    return {
        case.message.pk: _giving(case, case.step.voucher, customer=case.customer, now=now)
        for case in wanted
        if case.customer is not None
        and case.step is not None
        and case.step.voucher is not None
        and case.customer.pk in allowed
    }


def may_be_offered(*, people: dict[int, str], store: Store, now: datetime) -> Collection[int]:
    """Of these people (id to the address that is written to) those who may get offers and did
    not leave since. Three queries."""
    bases = marketing_bases(
        customer_ids=list(people), store=store, now=now, topic=Topic.OFFERS.value
    )
    away = suppressed(emails=set(people.values()))
    return {
        pk
        for pk, email in people.items()
        if bases[pk] != Consent.Basis.NONE and email and email not in away
    }


def _giving(case: Case, gift: Gift, *, customer: Customer, now: datetime) -> Giving:
    return Giving(
        store=case.store,
        customer=customer,
        email=case.email,
        occasion=occasion_of(case.message),
        reason=case.definition.title if case.definition is not None else case.message.flow,
        by=f"flow {case.message.flow}",
        offer=offer_of(gift=gift, store=case.store, now=now),
    )


def offer_of(*, gift: Gift, store: Store, now: datetime) -> Offer:
    """What the step's gift is worth today. It is valid to the end of its last day at the shop."""
    last = now.astimezone(store.zone).date() + timedelta(days=gift.valid_days)
    return Offer(
        kind=gift.kind,
        amount_minor=gift.amount_minor,
        percent=gift.percent,
        gift=gift.gift,
        minimum_minor=gift.minimum_minor,
        expires_at=datetime.combine(last + timedelta(days=1), time(), tzinfo=store.zone),
    )
