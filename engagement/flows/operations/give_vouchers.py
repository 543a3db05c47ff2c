"""Vouchers that mails give along: set aside when written, valid from MARK on, gone where none left."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from engagement.flows.context.voucher import voucher_data
from engagement.flows.definition import GIVING
from engagement.flows.giving import Giving, may_be_offered, occasion_of
from engagement.messages.models import Message
from engagement.messages.rendering.context import VoucherData
from engagement.messages.rules import Wait
from orders.models import Voucher
from orders.operations.activate_vouchers import activate_vouchers
from orders.operations.issue_voucher import issue_voucher

LOOK_BACK = timedelta(days=2)
AT_ONCE = 500


def set_aside(*, gives: Mapping[int, Giving], now: datetime) -> dict[int, VoucherData]:
    """A voucher for each of these mails, not valid yet; what the mail may say of it, by message id.

    The same mail gets the same code again. One that was taken back by hand is not given anew.
    Inside the store's scope.
    """
    made: dict[int, VoucherData] = {}
    with transaction.atomic():
        for pk, giving in sorted(gives.items()):
            voucher = issue_voucher(
                store=giving.store,
                offer=giving.offer,
                customer=giving.customer,
                occasion=giving.occasion,
                reason=giving.reason,
                by=giving.by,
                is_live=False,
                now=now,
            )
            if voucher.revoked_at is None:
                made[pk] = voucher_data(voucher=voucher, store=giving.store)
    return made


def withheld(*, gives: Mapping[int, Giving], now: datetime) -> dict[int, Wait]:
    """At MARK: who said no since the mail was written. It is written again, without the voucher."""
    store = next(iter(gives.values())).store
    people = {giving.customer.pk: giving.email for giving in gives.values()}
    allowed = may_be_offered(people=people, store=store, now=now)
    return {
        pk: Wait(until=now, why="written again without its voucher", counts=False)
        for pk, giving in gives.items()
        if giving.customer.pk not in allowed
    }


def hand_out(*, gives: Mapping[int, Giving], now: datetime) -> None:
    """At MARK, in its transaction: the codes are valid. Raises `VoucherGone`."""
    activate_vouchers(
        customer_ids={giving.customer.pk for giving in gives.values()},
        occasions={giving.occasion for giving in gives.values()},
        now=now,
    )


def take_back_unsent(*, now: datetime) -> int:
    """Take back unused vouchers of mails that were marked and did not leave after all; how many.

    Inside the store's scope, of mails that ended lately. `now` is the store's time.
    """
    ended = Message.objects.filter(
        template__in=GIVING,
        status__in=[Message.Status.FAILED, Message.Status.SKIPPED],
        ended_at__gt=now - LOOK_BACK,
    ).only("flow", "step", "subject", "occurrence")
    names = sorted({occasion_of(message) for message in ended.iterator(chunk_size=AT_ONCE)})
    return sum(
        Voucher.objects.filter(
            occasion__in=names[first : first + AT_ONCE],
            live_at__isnull=False,
            revoked_at__isnull=True,
            redemptions__isnull=True,
        ).update(revoked_at=now)
        for first in range(0, len(names), AT_ONCE)
    )
