"""What a mail was planned to name beside its order: papers, a guide, a tip, goods. Still there?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engagement.guides.models import CareTip, Guide
from engagement.guides.queries import guides_of, tips_of
from engagement.messages.models import Message
from orders.models import Order, OrderDocument, OrderLine, Product

TIP_STEP = "tip_"
GOODS = ("offers", "shows")
"""Facts that list goods: ``offers`` are what the mail is about, ``shows`` may be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What one mail names, as it is now."""

    documents: Sequence[OrderDocument] = ()
    guide: Guide | None = None
    tip: CareTip | None = None
    goods: Sequence[Product] = ()


NOTHING = Named()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRows:
    """The rows of a batch, by id."""

    documents: Mapping[int, OrderDocument] = field(default_factory=dict)
    products: Mapping[int, Product] = field(default_factory=dict)
    guides: Mapping[int, Guide] = field(default_factory=dict)
    tips: Mapping[int, Mapping[int, CareTip]] = field(default_factory=dict)
    owned: Collection[tuple[int, int]] = ()

    def of(self, message: Message) -> Named:
        """What this message names, without what is gone and without goods that the customer has."""
        facts = message.facts
        if not facts.keys() & {"documents", "guides", "tips", *GOODS}:
            return NOTHING
        papers = (self.documents.get(pk) for pk in facts.get("documents", ()))
        guides = (self.guides.get(pk) for pk in facts.get("guides", ()))
        tips = (self._tip(pk, step=message.step) for pk in facts.get("tips", ()))
        goods = (self.products.get(pk) for name in GOODS for pk in facts.get(name, ()))
        return Named(
            documents=[paper for paper in papers if paper is not None],
            guide=next((guide for guide in guides if guide is not None), None),
            tip=next((tip for tip in tips if tip is not None), None),
            goods=[
                product
                for product in goods
                if product is not None
                and product.deleted_at is None
                and (message.customer_id, product.pk) not in self.owned
            ],
        )

    def _tip(self, product_id: int, *, step: str) -> CareTip | None:
        number = step.removeprefix(TIP_STEP)
        return self.tips.get(product_id, {}).get(int(number)) if number.isdigit() else None


def read_named(messages: Sequence[Message]) -> NamedRows:
    """For messages of one store: no query where none names anything, six at most."""
    papers = _ids(messages, "documents")
    guided, tipped = _ids(messages, "guides"), _ids(messages, "tips")
    goods = _ids(messages, *GOODS)
    if not papers | guided | tipped | goods:
        return NamedRows()
    products = (
        Product.objects.prefetch_related("variants").in_bulk(guided | tipped | goods)
        if guided | tipped | goods
        else {}
    )
    return NamedRows(
        documents=OrderDocument.objects.select_related("order").in_bulk(papers) if papers else {},
        products=products,
        guides=guides_of(products=[products[pk] for pk in guided if pk in products]),
        tips=tips_of(products=[products[pk] for pk in tipped if pk in products]),
        owned=_owned(messages, goods) if goods else (),
    )


def _ids(messages: Sequence[Message], *facts: str) -> set[int]:
    return {pk for message in messages for name in facts for pk in message.facts.get(name, ())}


def _owned(messages: Sequence[Message], goods: Collection[int]) -> set[tuple[int, int]]:
    """Who of these has which of these goods."""
    rows = OrderLine.objects.filter(
        order__customer_id__in={m.customer_id for m in messages if m.customer_id is not None},
        order__status=Order.Status.OPEN,
        order__deleted_at__isnull=True,
        product_id__in=goods,
    )
    return set(rows.order_by().values_list("order__customer_id", "product_id"))
