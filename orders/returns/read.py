"""Read what the rules ask about, and let them judge."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.stores.models import Store
from orders.models import (
    Fulfillment,
    Order,
    OrderLine,
    Return,
    ReturnPolicy,
    ReturnUnit,
    Variant,
)
from orders.returns.arrival import arrival_of, dispatch_of, is_past, last_day, working_day
from orders.returns.case import Case
from orders.returns.countries import WITHDRAWAL, WITHDRAWAL_DAYS
from orders.returns.judge import why_look, why_not
from orders.returns.offer import ItemRuling, ReturnOffer, WithdrawalRuling
from orders.returns.presets import default_policy
from orders.returns.rules import is_exempt
from orders.returns.worth import pieces_of, size_of, worth_of_lines, worth_of_pieces

AT_ONCE = 500  # pieces of one line in one return
A_YEAR = timedelta(days=365)


def policies_of(*, store_id: int) -> list[ReturnPolicy]:
    """All policies of the store; the default, unsaved, where none is for all. One query."""
    rows = list(ReturnPolicy.objects.filter(store_id=store_id).order_by("pk"))
    if not any(row.is_for_all for row in rows):
        rows.append(default_policy(store_id=store_id))
    return rows


def policy_for(
    *, policies: Sequence[ReturnPolicy], order: Order, line: OrderLine | None
) -> ReturnPolicy:
    """The most exact that fits: by tag, by category, by country, for all."""
    tags = {str(tag).casefold() for tag in order.tags or []}
    category = line.product.category_id if line is not None and line.product else None
    country = str((order.shipping_address or {}).get("country") or "").upper()

    def exactness(one: ReturnPolicy) -> int:
        if one.tag:
            return 3 if one.tag.casefold() in tags else -1
        if one.category_id is not None:
            return 2 if one.category_id == category else -1
        if one.country:
            return 1 if one.country.upper() == country else -1
        return 0

    return max(policies, key=exactness)


def zone_of(order: Order, store: Store) -> ZoneInfo:
    """The customer's zone, where one is known; else the store's."""
    theirs = order.customer.time_zone if order.customer is not None else ""
    return ZoneInfo(theirs) if theirs else store.zone


def offer_of(
    *,
    order: Order,
    lines: Sequence[OrderLine] | None = None,
    parcels: Sequence[Fulfillment] | None = None,
    now: datetime,
) -> ReturnOffer:
    """What may come back of this order, and whether its buyer may withdraw.

    Five queries; one each for lines, parcels, store and customer where they are not at hand.
    Inside the store's scope. `now` is the store's time.
    """
    store = order.store
    if lines is None:
        lines = list(OrderLine.objects.filter(order=order).select_related("product", "variant"))
    if parcels is None:
        parcels = list(Fulfillment.objects.filter(order=order))
    policies = policies_of(store_id=order.store_id)
    taken, done = _pieces_taken(order)
    counts = any(policy.look_after_returns is not None for policy in policies)
    earlier = _earlier_returns(order, now=now) if counts else 0
    zone = zone_of(order, store)
    worth = worth_of_lines(order=order, lines=lines)
    items = []
    for line in lines:
        policy = policy_for(policies=policies, order=order, line=line)
        transit = store.transit_days if policy.transit_days is None else policy.transit_days
        arrival = arrival_of(order=order, line=line, parcels=parcels, transit_days=transit)
        begins = arrival
        if arrival is not None and policy.starts == ReturnPolicy.Starts.DISPATCH:
            begins = dispatch_of(line=line, parcels=parcels, otherwise=arrival)
        deadline = last_day(arrival=begins, policy=policy, zone=zone) if begins else None
        free = _free(line, taken=taken.get(line.pk, set()), done=done.get(line.pk, 0))
        case = Case(
            order=order,
            line=line,
            policy=policy,
            arrival=begins,
            deadline=deadline,
            is_over=deadline is not None and is_past(day=deadline, zone=zone, now=now),
            pieces_left=len(free),
            amount_minor=worth_of_pieces(
                worth=worth[line.pk], pieces=pieces_of(line), numbers=free
            ),
            earlier_returns=earlier,
            home_country=store.country,
            now=now,
        )
        items.append(_ruling(case, free=free, worth=worth[line.pk]))
    return ReturnOffer(
        order=order,
        items=tuple(items),
        withdrawal=_withdrawal(
            order=order, store=store, items=items, parcels=parcels, zone=zone, now=now
        ),
        returns=tuple(Return.objects.filter(order=order).order_by("-requested_at", "-pk")),
    )


def variants_for(*, line: OrderLine) -> list[Variant]:
    """What a line may be exchanged for: its product's other variants. One query."""
    if line.product_id is None:
        return []
    return list(
        Variant.objects.filter(product_id=line.product_id)
        .exclude(pk=line.variant_id or 0)
        .order_by("pk")[:AT_ONCE]
    )


def _ruling(case: Case, *, free: Sequence[int], worth: int) -> ItemRuling:
    no = why_not(case)
    because = () if no else why_look(case)
    return ItemRuling(
        line=case.line,
        policy=case.policy,
        verdict="no" if no else "person" if because else "yes",
        reason=no or next(iter(because), ""),
        because=because,
        returnable=Decimal(0) if no else size_of(case.line) * len(free),
        deadline=case.deadline,
        is_estimated=case.arrival is not None and not case.arrival.is_known,
        free=tuple(free),
        worth_minor=worth,
        case=case,
    )


def _withdrawal(
    *,
    order: Order,
    store: Store,
    items: Sequence[ItemRuling],
    parcels: Sequence[Fulfillment],
    zone: ZoneInfo,
    now: datetime,
) -> WithdrawalRuling:
    """Fourteen days from the day on which the last of the goods arrived; any time before that."""
    left = [item for item in items if item.free]
    covered = tuple(item for item in left if is_exempt.rule(item.case) is None)
    arrival = arrival_of(order=order, line=None, parcels=parcels, transit_days=store.transit_days)
    deadline = None
    if arrival is not None and arrival.is_known:
        day = arrival.at.astimezone(zone).date() + timedelta(days=WITHDRAWAL_DAYS)
        deadline = working_day(day)
    address = order.shipping_address or {}
    country = str(address.get("country") or store.country).upper()
    if country not in WITHDRAWAL:
        reason = "not_here"
    elif not order.is_standing:
        reason = "canceled"
    elif not left:
        reason = "nothing_left"
    elif not covered:
        reason = "exempt"
    elif deadline is not None and is_past(day=deadline, zone=zone, now=now):
        reason = "too_late"
    else:
        reason = ""
    return WithdrawalRuling(reason=reason, deadline=deadline, items=covered)


def _pieces_taken(order: Order) -> tuple[dict[int, set[int]], dict[int, int]]:
    """By line: the numbers of pieces in returns that stand, and how many of them are settled."""
    taken: dict[int, set[int]] = {}
    done: dict[int, int] = {}
    rows = ReturnUnit.objects.filter(order_line__order=order).values_list(
        "order_line_id", "number", "line__asked__status"
    )
    for line_id, number, status in rows:
        taken.setdefault(line_id, set()).add(number)
        if status == Return.Status.DONE:
            done[line_id] = done.get(line_id, 0) + 1
    return taken, done


def _free(line: OrderLine, *, taken: set[int], done: int) -> list[int]:
    """The numbers that may still come back: neither in a return nor refunded without one."""
    pieces = pieces_of(line)
    refunded = int(line.refunded_quantity / size_of(line)) if pieces else 0
    elsewhere = max(0, refunded - done)
    left = max(0, pieces - len(taken) - elsewhere)
    free: list[int] = []
    for number in range(1, pieces + 1):
        if len(free) == min(left, AT_ONCE):
            break
        if number not in taken:
            free.append(number)
    return free


def _earlier_returns(order: Order, *, now: datetime) -> int:
    """How many returns this customer asked for within a year, withdrawals not counted."""
    if order.customer_id is None:
        return 0
    return (
        Return.objects.filter(
            customer_id=order.customer_id,
            kind=Return.Kind.RETURN,
            requested_at__gt=now - A_YEAR,
        )
        .exclude(status__in=(Return.Status.REFUSED, Return.Status.CANCELED))
        .count()
    )
