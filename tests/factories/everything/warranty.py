"""Guarantees, what they rest on, and a claim."""

from typing import Any

from core.stores.models import Store
from orders.models import Claim, ClaimRule, Guarantee, WarrantyParty, WarrantyTerms
from tests.factories.orders import PLACED


def warranty(store: Store, tag: str) -> list[Any]:
    party = WarrantyParty.objects.create(
        store=store, name=tag, kind="service", email=f"{tag}@fix.example"
    )
    guarantee = Guarantee.objects.create(
        store=store,
        title=tag,
        serial=tag,
        starts_on=PLACED.date(),
        bought_on=PLACED.date(),
        created_at=PLACED,
    )
    return [
        party,
        guarantee,
        WarrantyTerms.objects.create(store=store, months=7, covers={"en": tag}),
        ClaimRule.objects.create(store=store, position=1, party=party),
        Claim.objects.create(
            store=store, guarantee=guarantee, what=tag, opened_at=PLACED, settle_by=PLACED
        ),
    ]
