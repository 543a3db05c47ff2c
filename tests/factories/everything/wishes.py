"""What a customer asks for: a change, a return, help with a problem; and the rules for it."""

from typing import Any

from core.stores.models import Store
from orders.models import ChangeRequest, Return, ReturnPolicy, ReturnReason, SelfServicePolicy
from support.models import Problem
from tests.factories.orders import PLACED


def wishes(store: Store, order: Any, tag: str) -> list[Any]:
    wish = ChangeRequest.objects.create(
        store=store,
        order=order,
        kind=ChangeRequest.Kind.EDIT_NOTE,
        wanted={"note": f"{tag} leave it with the neighbour"},
        asked_at=PLACED,
    )
    policy = SelfServicePolicy.objects.create(store=store)
    back = Return.objects.create(
        store=store,
        reference=f"{tag}"[:16],
        once=tag,
        order=order,
        customer=order.customer,
        note=f"{tag} does not fit",
        currency=order.currency,
        goods_minor=4900,
        requested_at=PLACED,
    )
    rules = ReturnPolicy.objects.create(store=store, name=f"{tag} rules")
    reason = ReturnReason.objects.create(store=store, key="scent", texts={"en": f"{tag} smells"})
    problem = Problem.objects.create(
        store=store, order=order, kind="other", text=tag, once=tag[:32], reported_at=PLACED
    )
    return [wish, policy, back, rules, reason, problem]
