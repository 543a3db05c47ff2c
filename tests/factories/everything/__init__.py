"""One row of every model that the dashboard shows, for one store. Texts carry the store's name."""

from typing import Any

from core.audit.write import write_down
from core.stores.models import Membership, Store
from core.stores.scope import store_scope
from engagement.flows.models import Campaign, Feed
from engagement.guides.models import CareTip, HelpAnswer
from engagement.segments.models import Segment
from orders.models import Category, Variant
from tests.factories.everything.guides import guides
from tests.factories.everything.machinery import machinery
from tests.factories.everything.mail import mail
from tests.factories.everything.papers import papers
from tests.factories.everything.warranty import warranty
from tests.factories.everything.wishes import wishes
from tests.factories.orders import (
    PLACED,
    CustomerFactory,
    FulfillmentFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
)
from tests.factories.stores import MembershipFactory


def one_of_everything(store: Store) -> dict[str, Any]:
    """Rows by model label; every registered admin finds one here."""
    tag = f"{store.slug}-secret"
    with store_scope(store.pk):
        category = Category.objects.create(store=store, name=f"{tag} creams")
        product = ProductFactory(store=store, title=f"{tag} soap", category=category)
        variant = Variant.objects.create(
            store=store, product=product, source="generic", external_id="v", sku=f"{tag}-1"
        )
        customer = CustomerFactory(
            store=store, first_name=tag, email=f"{tag}@mail.example", last_order_at=PLACED
        )
        order = OrderFactory(store=store, customer=customer, number=f"{tag}-7")
        OrderLineFactory(store=store, order=order, product=product)
        FulfillmentFactory(store=store, order=order, tracking_number=f"{tag}-parcel")
        about = {"store": store, "product": product, "title": {"en": tag}, "created_at": PLACED}
        rows = [
            *guides(store, tag, about),
            CareTip.objects.create(text={"en": tag}, **about),
            HelpAnswer.objects.create(
                store=store, question={"en": tag}, answer={"en": tag}, created_at=PLACED
            ),
            Segment.objects.create(store=store, name=tag, created_at=PLACED),
            Campaign.objects.create(
                store=store, kind="newsletter", name=tag, created_at=PLACED, created_by=tag
            ),
            Feed.objects.create(
                store=store,
                name=tag,
                url=f"https://blog.example/{tag}",
                digested_on=PLACED.date(),
                created_at=PLACED,
                next_read_at=PLACED,
            ),
        ]
        rows += [category, product, variant, customer, order, store]
        rows += papers(store, order, tag)
        rows += warranty(store, tag)
        rows += machinery(store, order, tag)
        rows += wishes(store, order, tag)
        rows += mail(store, order, tag)
        rows.append(MembershipFactory(store=store, role=Membership.Role.VIEWER, user__name=tag))
        rows.append(
            write_down(store_id=store.pk, actor=f"{tag}@staff.example", action="a.b", now=PLACED)
        )
    return {row._meta.label: row for row in rows}
