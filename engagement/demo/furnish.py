"""What a merchant sets up with their own hands: at the opening, and by the end of the year."""

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.demo.world import Care, Shop
from engagement.flows.definition import Definition, Gift
from engagement.flows.models import Campaign, Flow
from engagement.flows.operations.publish_version import publish_version
from engagement.flows.operations.run_campaign import schedule_campaign
from engagement.guides.models import CareTip, Guide, GuideStep
from engagement.guides.operations.publish_guide import publish_guide
from engagement.segments.models import Segment
from orders.models import Category, ChangeRequest, Customer, Order, Product
from orders.operations.ask_change import NotOffered, ask_change
from orders.operations.give_credit import give_credit

BY = "owner@demo.example"
LOOKED_AT = 20
CREDIT_MINOR = 20000
NEWSLETTER = {
    "cs": (
        "Zima v Lípě",
        "Vánoční balíčky balíme do pátku 18. prosince, pak už jen poštou do schránky.",
    ),
    "sk": (
        "Zima v Lípe",
        "Vianočné balíčky balíme do piatka 18. decembra, potom už len poštou do schránky.",
    ),
    "en": (
        "Winter at Lípa",
        "We wrap Christmas parcels until Friday 18 December; after that, letters only.",
    ),
    "sl": ("Zima pri Lípi", "Božične pakete zavijamo do petka, 18. decembra, potem le še pisma."),
    "fi": (
        "Talvi Lípassa",
        "Joulupaketteja pakataan perjantaihin 18.12. asti, sen jälkeen vain kirjeitä.",
    ),
}


def furnish_opening(*, store: Store, shop: Shop, now: datetime) -> None:
    """Tips for a shelf, and a voucher in the birthday mail."""
    with store_scope(store.pk):
        if shop.care is not None:
            _write_tips(store=store, care=shop.care, now=now)
        if shop.birthday_percent:
            _give_on_birthdays(store=store, percent=shop.birthday_percent, now=now)


def furnish_year(*, store: Store, shop: Shop, now: datetime) -> None:
    """What stands on the desk at the end: a guide, a segment, a campaign on its way, credit that was
    given by hand, and a wish that waits for an answer, where an order still allows one."""
    with store_scope(store.pk):
        if shop.care is not None:
            _write_guide(store=store, care=shop.care, now=now)
        segment = Segment.objects.create(
            store=store, name="Silent for 90 days", silent_for_days=90, created_at=now
        )
        if shop.care is not None:
            _plan_newsletter(store=store, segment=segment, now=now)
        _give_credit(store=store, now=now)
        _wish_for_a_change(now=now)


def _write_tips(*, store: Store, care: Care, now: datetime) -> None:
    category = Category.objects.get(name=care.shelf)
    for number, tip in enumerate(care.tips, start=1):
        CareTip.objects.create(
            store=store,
            category=category,
            step=number,
            title=tip.title,
            text=tip.text,
            created_at=now,
        )


def _give_on_birthdays(*, store: Store, percent: int, now: datetime) -> None:
    flow = Flow.objects.get(key="birthday")
    shipped = Definition.from_json(flow.versions.get(number=flow.current_version).definition)
    wish, *others = shipped.steps
    gift = Gift(kind="percent", percent=percent, valid_days=30)
    publish_version(
        store=store,
        definition=replace(shipped, steps=(replace(wish, voucher=gift), *others)),
        by=BY,
        now=now,
    )


def _write_guide(*, store: Store, care: Care, now: datetime) -> None:
    product = Product.objects.filter(variants__sku=care.guide_for).first()
    if product is None:  # nobody bought or listed it in this slice of a life
        return
    guide = Guide.objects.create(
        store=store,
        product=product,
        title=care.guide_title,
        summary=care.guide_summary,
        minutes=care.guide_minutes,
        created_at=now,
    )
    for number, step in enumerate(care.steps, start=1):
        GuideStep.objects.create(
            store=store, guide=guide, position=number, title=step.title, text=step.text
        )
    publish_guide(guide=guide, by=BY, now=now)


def _plan_newsletter(*, store: Store, segment: Segment, now: datetime) -> None:
    campaign = Campaign.objects.create(
        store=store,
        kind=Campaign.Kind.NEWSLETTER,
        name="Winter letter",
        segment=segment,
        content={
            "article": {
                "title": {code: title for code, (title, _) in NEWSLETTER.items()},
                "text": {code: text for code, (_, text) in NEWSLETTER.items()},
            }
        },
        send_on=(now + timedelta(days=10)).date(),
        created_at=now,
        created_by=BY,
    )
    schedule_campaign(campaign=campaign, by=BY, now=now)


def _give_credit(*, store: Store, now: datetime) -> None:
    customer = Customer.objects.filter(merged_into=None).exclude(email="").order_by("pk").last()
    if customer is not None:
        give_credit(
            customer=customer,
            amount_minor=CREDIT_MINOR,
            currency=store.currency,
            occasion="by-hand:demo",
            reason="The jar arrived with a crack",
            by=BY,
            expires_at=now + timedelta(days=365),
            now=now,
        )


def _wish_for_a_change(*, now: datetime) -> None:
    for order in Order.objects.order_by("-placed_at")[:LOOKED_AT]:
        with contextlib.suppress(NotOffered):
            ask_change(order=order, kind=ChangeRequest.Kind.CANCEL, wanted={}, now=now)
            return
