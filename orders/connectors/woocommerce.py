"""WooCommerce by its REST API v3. Written from its documentation and tried against a local fake
only; never yet against a live shop."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from core.money import to_decimal
from core.outbound import Answer, call
from orders.connectors.connector import ONLY_FOR_UNKNOWN, Access, Job, Outcome, unusual

WHO = "WooCommerce"
OURS = "_afterglow_key"  # in the meta data of what we make: how a second try knows the first
GONE_OUT = ("completed", "refunded", "trash")


class WooCommerceConnector:
    """Cancels, edits, refunds and makes codes. Editing lines is not offered."""

    platform = "woocommerce"
    can = frozenset(
        {"cancel", "edit_address", "edit_contact", "edit_note", "refund", "create_voucher", "test"}
    )
    needs: Mapping[str, str] = {"key": "Consumer key", "secret": "Consumer secret"}

    def hand_over(self, *, access: Access, job: Job) -> Outcome:
        """Carry the command out. Setting a value twice is no harm; what is made is looked for first."""
        match job.kind:
            case "test":
                answer = _call(access, "GET", "orders?per_page=1&_fields=id")
                return Outcome("done") if answer.is_well else _no(answer)
            case "cancel":
                return _cancel(access, job)
            case "refund":
                return _refund(access, job)
            case "create_voucher":
                return _voucher(access, job)
        return _put(access, job, _changes(job))


def _cancel(access: Access, job: Job) -> Outcome:
    """A shop would take any status from us: see first that it has not sent the order meanwhile."""
    answer = _call(access, "GET", f"orders/{job.order_id}?_fields=id,status")
    if not answer.is_well:
        return _no(answer)
    status = _read(answer).get("status")
    if status == "cancelled":
        return Outcome("done", answer={"was": "canceled already"})
    if status in GONE_OUT:
        return Outcome("refused", f"The order is “{status}” in the shop, too late to cancel.")
    return _put(access, job, {"status": "cancelled"})


def _changes(job: Job) -> dict[str, Any]:
    said = job.payload
    if job.kind == "edit_note":
        return {"customer_note": said["note"]}
    if job.kind == "edit_contact":
        named = {name: said[name] for name in ("email", "phone") if said.get(name)}
        shipping = {"phone": said["phone"]} if said.get("phone") else {}
        return {"billing": named, **({"shipping": shipping} if shipping else {})}
    return {"shipping": _address(said["address"])}


def _address(lines: Mapping[str, str]) -> dict[str, str]:
    first, _, last = lines.get("name", "").strip().rpartition(" ")
    named = {
        "first_name": first,
        "last_name": last,
        "company": lines.get("company", ""),
        "address_1": lines.get("street", ""),
        "address_2": lines.get("street2", ""),
        "city": lines.get("city", ""),
        "postcode": lines.get("postcode", ""),
        "country": lines.get("country", ""),
        "state": lines.get("region", ""),
        "phone": lines.get("phone", ""),
    }
    return {k: v for k, v in named.items() if v or k in ("company", "address_2")}


def _refund(access: Access, job: Job) -> Outcome:
    where = f"orders/{job.order_id}/refunds"
    if job.again:
        answer = _call(access, "GET", f"{where}?per_page=100")
        if not answer.is_well:
            return _no(answer)
        for row in _rows(answer):
            if _is_ours(row, job.key):
                return Outcome("done", answer={"id": row.get("id")})
    amount = to_decimal(minor=int(job.payload["amount_minor"]), currency=job.currency)
    body = {
        "amount": str(amount),
        "reason": str(job.payload.get("reason", ""))[:200],
        "api_refund": True,
        "meta_data": [{"key": OURS, "value": job.key}],
    }
    return _made(_call(access, "POST", where, body))


def _voucher(access: Access, job: Job) -> Outcome:
    said = job.payload
    if said.get("percent"):
        worth: dict[str, Any] = {"discount_type": "percent", "amount": str(int(said["percent"]))}
    elif said.get("amount_minor"):
        amount = to_decimal(minor=int(said["amount_minor"]), currency=job.currency)
        worth = {"discount_type": "fixed_cart", "amount": str(amount)}
    elif said.get("kind") == "free_delivery":
        worth = {"discount_type": "fixed_cart", "amount": "0", "free_shipping": True}
    else:
        return Outcome("refused", "WooCommerce has no coupons for gifts.")
    if said.get("unknown_products"):
        return Outcome("refused", ONLY_FOR_UNKNOWN)
    body: dict[str, Any] = {
        "code": said["code"],
        **worth,
        "date_expires_gmt": _gmt(said.get("ends_at")),
        "usage_limit": said.get("uses_allowed"),
        "meta_data": [{"key": OURS, "value": job.key}],
    }
    if said.get("product_ids"):
        body["product_ids"] = [int(pk) for pk in said["product_ids"]]
    if said.get("minimum_minor"):
        least = to_decimal(minor=int(said["minimum_minor"]), currency=job.currency)
        body["minimum_amount"] = str(least)
    answer = _call(access, "POST", "coupons", body)
    if job.again and _read(answer).get("code") == "woocommerce_rest_coupon_code_already_exists":
        return Outcome("done", answer={"was": "made already"})
    return _made(answer)


def _gmt(moment: Any) -> str | None:
    return str(moment)[:19] if moment else None


def _put(access: Access, job: Job, changes: Mapping[str, Any]) -> Outcome:
    answer = _call(access, "PUT", f"orders/{job.order_id}", changes)
    return Outcome("done", answer={"id": job.order_id}) if answer.is_well else _no(answer)


def _made(answer: Answer) -> Outcome:
    return (
        Outcome("done", answer={"id": _read(answer).get("id")}) if answer.is_well else _no(answer)
    )


def _no(answer: Answer) -> Outcome:
    told = unusual(answer, who=WHO)
    message = str(_read(answer).get("message", ""))[:200]
    if told.verdict == "refused" and message:
        return Outcome("refused", f"{WHO}: {message}", answer={"status": answer.status})
    return told


def _is_ours(row: Mapping[str, Any], key: str) -> bool:
    return any(
        meta.get("key") == OURS and meta.get("value") == key for meta in row.get("meta_data") or []
    )


def _read(answer: Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _rows(answer: Answer) -> list[dict[str, Any]]:
    try:
        told = json.loads(answer.body)
    except ValueError:
        return []
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []


def _call(access: Access, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
    pair = f"{access.credentials['key']}:{access.credentials['secret']}".encode()
    return call(
        method=method,
        url=f"{access.address.rstrip('/')}/wp-json/wc/v3/{path}",
        headers={
            "Authorization": f"Basic {base64.b64encode(pair).decode()}",
            "Content-Type": "application/json",
        },
        body=json.dumps(body).encode() if body is not None else b"",
    )
