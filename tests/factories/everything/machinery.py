"""What comes in, what follows from it, and what goes back to the shop."""

import secrets
from typing import Any

from core.events.models import EventRow, PendingReaction
from core.stores.models import Store
from orders.models import (
    ApiToken,
    InboundNotice,
    PlatformCommand,
    PlatformConnection,
    WebhookEndpoint,
)
from tests.factories.orders import PLACED


def machinery(store: Store, order: Any, tag: str) -> list[Any]:
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
    return [endpoint, notice, event, owed, token, out, command]
