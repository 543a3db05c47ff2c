"""What is written down beside an order: credit, documents, imports, vouchers, declarations, demands."""

from typing import Any

from core.stores.models import Store
from orders.models import (
    CreditMovement,
    ImportRun,
    OrderDocument,
    PrivacyRequest,
    Voucher,
    WithdrawalStatement,
)
from orders.operations.give_credit import give_credit
from tests.factories.orders import PLACED


def papers(store: Store, order: Any, tag: str) -> list[Any]:
    credit = give_credit(
        customer=order.customer,
        amount_minor=777,
        currency=store.currency,
        occasion=tag,
        reason=tag,
        by=f"{tag}@staff.example",
        now=PLACED,
    )
    return [
        CreditMovement.objects.get(pk=credit.movement.pk),
        OrderDocument.objects.create(
            store=store, order=order, title=tag, url=f"https://{tag}.example/x", created_at=PLACED
        ),
        ImportRun.objects.create(
            store=store,
            kind="orders",
            format="shopify",
            file_name=f"{tag}.csv",
            file_hash="0" * 64,
            started_at=PLACED,
        ),
        Voucher.objects.create(
            store=store,
            code=f"{tag}-code",
            code_key=tag,
            kind=Voucher.Kind.PERCENT,
            percent=10,
            customer=order.customer,
            reason=tag,
            issued_by=f"{tag}@staff.example",
            issued_at=PLACED,
            live_at=PLACED,
        ),
        WithdrawalStatement.objects.create(
            store=store,
            once=tag,
            name=tag,
            order_number="1",
            email=f"{tag}@mail.example",
            stated_at=PLACED,
        ),
        PrivacyRequest.objects.create(
            store=store,
            kind=PrivacyRequest.Kind.ERASE_CUSTOMER,
            source="shopify",
            key=tag,
            customer=order.customer,
            received_at=PLACED,
            due_at=PLACED,
        ),
    ]
