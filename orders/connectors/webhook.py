"""A system of the shop's own: it is told by a signed POST, after Standard Webhooks (W16)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from core.outbound import call
from orders.connectors.connector import Access, Job, Outcome, unusual

WHO = "Your system"


class WebhookConnector:
    """Every kind of command becomes a message; doing it is the receiver's."""

    platform = "webhook"
    can = frozenset(
        {"cancel", "edit_address", "edit_contact", "edit_note", "edit_lines", "refund"}
        | {"exchange", "create_voucher", "tell", "test"}
    )
    needs: Mapping[str, str] = {"secret": "Signing secret"}

    def hand_over(self, *, access: Access, job: Job) -> Outcome:
        """Post it. The same command carries the same `webhook-id`, so that a repeat can be known."""
        name = "ping" if job.kind == "test" else f"order.{job.kind}_wanted"
        name = str(job.payload.get("event") or name)
        order = {"id": job.order_id, "number": job.order_number, "currency": job.currency}
        data = {key: value for key, value in job.payload.items() if key != "event"}
        return _post(
            access=access,
            message_id=job.key,
            name=name,
            data={**({"order": order} if job.order_id else {}), **data},
            now=job.now,
        )


def _post(
    *, access: Access, message_id: str, name: str, data: Mapping[str, Any], now: datetime
) -> Outcome:
    body = {"type": name, "timestamp": now.isoformat(timespec="seconds"), "data": data}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = call(
        method="POST",
        url=access.address,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "Afterglow",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(access.credentials["secret"]).sign(
                msg_id=message_id, timestamp=now, data=text
            ),
        },
        body=text.encode(),
    )
    if answer.is_well:
        return Outcome("done", answer={"status": answer.status})
    if answer.status == 410:
        return Outcome("gone", f"{WHO} said that it wants to hear nothing any more (410).")
    if 400 <= answer.status < 500 or 300 <= answer.status < 400:
        # Standard Webhooks: whatever is not 2xx is tried again; a receiver may be mended.
        told = unusual(answer, who=WHO)
        return Outcome("later", told.words, after=told.after)
    return unusual(answer, who=WHO)
