"""Read what the rules ask about."""

from collections.abc import Sequence
from datetime import datetime

from orders.connectors.connectors import CONNECTORS
from orders.models import (
    ChangeRequest,
    Fulfillment,
    Order,
    PlatformConnection,
    SelfServicePolicy,
)
from orders.models.self_service import KINDS
from orders.self_service.case import Case
from orders.self_service.judge import Ruling, judge


def policy_of(*, store_id: int) -> SelfServicePolicy:
    """The store's rules; the defaults, unsaved, where it has set none."""
    found = SelfServicePolicy.objects.filter(store_id=store_id).first()
    return found or SelfServicePolicy(store_id=store_id)


def rulings_of(
    *,
    order: Order,
    parcels: Sequence[Fulfillment] | None = None,
    wishes: Sequence[ChangeRequest] | None = None,
    now: datetime,
) -> dict[str, Ruling]:
    """What may be asked for of this order, by kind: two queries, and one each for parcels and for the
    wishes so far, where they are not given.

    Inside the store's scope. `now` is the store's time.
    """
    policy = policy_of(store_id=order.store_id)
    if parcels is None:
        parcels = list(Fulfillment.objects.filter(order=order))
    if wishes is None:
        wishes = list(ChangeRequest.objects.filter(order=order, status__in=ChangeRequest.OPEN))
    open_kinds = {wish.kind for wish in wishes if wish.status in ChangeRequest.OPEN}
    platforms = set(
        PlatformConnection.objects.filter(is_active=True).values_list("platform", flat=True)
    )
    reachable = [CONNECTORS[p] for p in platforms & {order.source, "webhook"} if p in CONNECTORS]
    return {
        kind: judge(
            Case(
                kind=kind,
                order=order,
                parcels=parcels,
                policy=policy,
                can_be_handed_over=any(kind in connector.can for connector in reachable),
                is_open=kind in open_kinds,
                now=now,
            )
        )
        for kind in KINDS
    }
