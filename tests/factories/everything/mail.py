"""A flow, its mail on the way and in the mailbox, and what sending rests on."""

import secrets
from email.message import EmailMessage
from typing import Any

from core.stores.models import Store
from engagement.flows.models import Flow, FlowVersion
from engagement.messages.models import (
    DomainStanding,
    LocalMail,
    MailVersion,
    Message,
    Outbox,
    ProviderAccount,
)
from engagement.preferences.models import Suppression
from tests.factories.orders import PLACED


def mime(*, subject: str, to: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = subject, to, "shop@mail.example"
    mail.set_content("Plain words")
    mail.add_alternative("<p>Rich words</p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="bill.pdf")
    return mail.as_bytes()


def mail(store: Store, order: Any, tag: str) -> list[Any]:
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
