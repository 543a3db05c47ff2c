"""One row of every model that the dashboard shows, for one store. Texts carry the store's name."""

import secrets
from email.message import EmailMessage
from typing import Any

from core.audit.write import write_down
from core.events.models import EventRow, PendingReaction
from core.stores.models import Membership, Store
from core.stores.scope import store_scope
from engagement.flows.models import Campaign, Feed, Flow, FlowVersion
from engagement.guides.models import (
    CareTip,
    Guide,
    GuideAnswer,
    GuideFile,
    GuideStep,
    GuideVersion,
    HelpAnswer,
    InsertBatch,
)
from engagement.messages.models import (
    DomainStanding,
    LocalMail,
    MailVersion,
    Message,
    Outbox,
    ProviderAccount,
)
from engagement.preferences.models import Suppression
from engagement.segments.models import Segment
from orders.models import (
    ApiToken,
    Category,
    ChangeRequest,
    Claim,
    ClaimRule,
    CreditMovement,
    Guarantee,
    ImportRun,
    InboundNotice,
    OrderDocument,
    PlatformCommand,
    PlatformConnection,
    PrivacyRequest,
    Return,
    ReturnPolicy,
    ReturnReason,
    SelfServicePolicy,
    Variant,
    Voucher,
    WarrantyParty,
    WarrantyTerms,
    WebhookEndpoint,
    WithdrawalStatement,
)
from orders.operations.give_credit import give_credit
from support.models import Problem
from tests.factories.orders import (
    PLACED,
    CustomerFactory,
    FulfillmentFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
)
from tests.factories.stores import MembershipFactory


def mime(*, subject: str, to: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = subject, to, "shop@mail.example"
    mail.set_content("Plain words")
    mail.add_alternative("<p>Rich words</p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="bill.pdf")
    return mail.as_bytes()


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
            *_guide(store, tag, about),
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
        rows += _papers(store, order, tag)
        rows += _warranty(store, order, tag)
        rows.append(
            Problem.objects.create(
                store=store, order=order, kind="other", text=tag, once=tag[:32], reported_at=PLACED
            )
        )
        rows += _machinery(store, order, tag)
        rows += _mail(store, order, tag)
        rows.append(MembershipFactory(store=store, role=Membership.Role.VIEWER, user__name=tag))
        rows.append(
            write_down(store_id=store.pk, actor=f"{tag}@staff.example", action="a.b", now=PLACED)
        )
    return {row._meta.label: row for row in rows}


def _guide(store: Store, tag: str, about: dict[str, Any]) -> list[Any]:
    guide = Guide.objects.create(url=f"https://{tag}.example/guide", **about)
    version = GuideVersion.objects.create(
        store=store, guide=guide, number=1, content={}, published_at=PLACED, published_by=tag
    )
    words = {"store": store, "guide": guide, "title": {"en": tag}}
    return [
        guide,
        InsertBatch.objects.create(
            store=store, order_ids=[], total=0, created_at=PLACED, created_by=tag
        ),
        GuideStep.objects.create(position=1, **words),
        GuideFile.objects.create(url=f"https://{tag}.example/f", created_at=PLACED, **words),
        GuideAnswer.objects.create(
            store=store, version=version, helped=False, missing=tag, language="en", said_at=PLACED
        ),
    ]


def _warranty(store: Store, order: Any, tag: str) -> list[Any]:
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


def _papers(store: Store, order: Any, tag: str) -> list[Any]:
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


def _machinery(store: Store, order: Any, tag: str) -> list[Any]:
    endpoint = WebhookEndpoint.objects.create(
        store=store, source="shopify", path_hash=secrets.token_hex(32), created_at=PLACED
    )
    notice = InboundNotice.objects.create(
        store=store,
        endpoint=endpoint,
        source="shopify",
        topic=f"{tag}/create",
        dedup_key=tag,
        body_hash="0" * 64,
        headers={"X-Shopify-Hmac-Sha256": "a very secret signature", "X-Topic": "orders/create"},
        body=b'{"note": "<script>alert(1)</script>"}',
        received_at=PLACED,
        due_at=PLACED,
        status=InboundNotice.Status.DEAD,
        reason=f"{tag} has no number",
        order=order,
    )
    event = EventRow.objects.create(
        store=store,
        name="order.placed",
        key=tag,
        subject=f"{tag}:1",
        occurred_at=PLACED,
        recorded_at=PLACED,
    )
    owed = PendingReaction.objects.create(
        store=store,
        event=event,
        reaction=f"{tag}.enter",
        status=PendingReaction.Status.DEAD,
        due_at=PLACED,
        error="ValueError: boom",
    )
    token = ApiToken.objects.create(
        store=store, name=tag, token_hash=secrets.token_hex(32), created_at=PLACED
    )
    out = PlatformConnection(
        store=store, platform="webhook", address=f"https://{tag}.example/", created_at=PLACED
    )
    out.set_credentials({"secret": f"whsec_{tag}"})
    out.save()
    command = PlatformCommand.objects.create(
        store=store,
        connection=out,
        order=order,
        kind=PlatformCommand.Kind.CANCEL,
        key=tag,
        status=PlatformCommand.Status.DEAD,
        error=f"{tag} did not answer",
        due_at=PLACED,
        created_at=PLACED,
    )
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
    wishes = [wish, policy, back, rules, reason]
    return [endpoint, notice, event, owed, token, out, command, *wishes]


def _mail(store: Store, order: Any, tag: str) -> list[Any]:
    flow = Flow.objects.create(
        store=store,
        key="review_request",
        activated_at=PLACED,
        paused_reason=tag,
        status=Flow.Status.PAUSED,
    )
    FlowVersion.objects.create(
        store=store,
        flow=flow,
        number=1,
        definition={"message_class": "marketing", "purpose": tag},
        created_at=PLACED,
    )
    message = Message.objects.create(
        store=store,
        customer=order.customer,
        order=order,
        flow="review_request",
        step="mail",
        subject=f"order:{order.pk}",
        message_class=Message.Class.MARKETING,
        template="review_request",
        anchor_at=PLACED,
        due_at=PLACED,
        reason_detail=tag,
        created_at=PLACED,
    )
    Outbox.objects.create(
        message=message, store=store, customer=order.customer, lane=2, due_at=PLACED
    )
    copy = LocalMail.objects.create(
        store=store,
        message=message,
        recipient=f"{tag}@mail.example",
        sender="shop@mail.example",
        subject=f"{tag} mail",
        mime=mime(subject=f"{tag} mail", to=f"{tag}@mail.example"),
        received_at=PLACED,
    )
    account = ProviderAccount.objects.create(
        store=store, name=tag, hook_hash=secrets.token_hex(32), hook_sealed="sealed"
    )
    alone = Suppression.objects.create(
        store=store,
        address_hash=secrets.token_hex(32),
        reach=Suppression.Reach.ALL,
        reason=Suppression.Reason.MANUAL,
        customer=order.customer,
        since=PLACED,
    )
    words = MailVersion.objects.create(
        store=store,
        template="order_confirmation",
        language="en",
        number=1,
        content={"subject": f"{tag} {{{{ order.number }}}}"},
        live_from=PLACED,
        created_at=PLACED,
        created_by=f"{tag}@staff.example",
    )
    standing = DomainStanding.objects.create(
        store=store, domain=f"{tag}.example", counts_from=PLACED, reason=tag
    )
    return [flow, message, copy, account, alone, standing, words]
