"""Shopify by its Admin GraphQL API, version 2026-01. Written from its documentation and tried
against a local fake only; never yet against a live shop."""

import json
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core.money import to_decimal
from core.outbound import call
from orders.connectors.connector import ONLY_FOR_UNKNOWN, Access, Job, Outcome, unusual

WHO = "Shopify"
VERSION = "2026-01"

CANCEL = """
mutation Cancel($id: ID!, $refund: OrderCancelRefundMethodInput, $note: String) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, notifyCustomer: false,
              refundMethod: $refund, staffNote: $note) {
    job { id }
    orderCancelUserErrors { field message code }
  }
}"""
STATE = "query State($id: ID!) { order(id: $id) { id cancelledAt } }"
UPDATE = """
mutation Update($input: OrderInput!) {
  orderUpdate(input: $input) { order { id } userErrors { field message } }
}"""
PAID = """
query Paid($id: ID!) {
  order(id: $id) {
    transactions(first: 50) { id kind status gateway amountSet { shopMoney { amount } } }
  }
}"""
REFUND = """
mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id }
    userErrors { field message }
  }
}"""
VOUCHER = """
mutation Voucher($voucher: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $voucher) {
    codeDiscountNode { id }
    userErrors { field code message }
  }
}"""


class ShopifyConnector:
    """Cancels, edits, refunds and makes codes. Editing lines is not offered."""

    platform = "shopify"
    can = frozenset(
        {"cancel", "edit_address", "edit_contact", "edit_note", "refund", "create_voucher", "test"}
    )
    needs: Mapping[str, str] = {"token": "Admin API access token"}

    def hand_over(self, *, access: Access, job: Job) -> Outcome:
        """Carry the command out. Setting a value twice is no harm; the rest looks first or has a key."""
        if job.order_id and not job.order_id.isdigit():
            return Outcome("refused", "This order came from a file: its Shopify id is not known.")
        match job.kind:
            case "test":
                return _test(access)
            case "cancel":
                return _cancel(access, job)
            case "refund":
                return _refund(access, job)
            case "create_voucher":
                return _voucher(access, job)
        return _mutate(access, UPDATE, {"input": {"id": _gid(job), **_changes(job)}}, "orderUpdate")


def _gid(job: Job) -> str:
    return f"gid://shopify/Order/{job.order_id}"


def _test(access: Access) -> Outcome:
    data, problem = _ask(access, "query Test { shop { name } }", {})
    return problem or Outcome("done", answer={"shop": data["shop"]["name"]})


def _cancel(access: Access, job: Job) -> Outcome:
    if job.again:
        data, problem = _ask(access, STATE, {"id": _gid(job)})
        if problem:
            return problem
        if (data.get("order") or {}).get("cancelledAt"):
            return Outcome("done", answer={"was": "canceled already"})
    variables = {
        "id": _gid(job),
        "refund": {"originalPaymentMethodsRefund": True},
        "note": "Asked for by the customer in the order portal.",
    }
    return _mutate(access, CANCEL, variables, "orderCancel", errors="orderCancelUserErrors")


def _changes(job: Job) -> dict[str, Any]:
    said = job.payload
    if job.kind == "edit_note":
        return {"note": said["note"]}
    if job.kind == "edit_contact":
        changes: dict[str, Any] = {
            name: said[name] for name in ("email", "phone") if said.get(name)
        }
        if said.get("phone") and said.get("address"):
            changes["shippingAddress"] = _address({**said["address"], "phone": said["phone"]})
        return changes
    return {"shippingAddress": _address(said["address"])}


def _address(lines: Mapping[str, str]) -> dict[str, str]:
    first, _, last = lines.get("name", "").strip().rpartition(" ")
    named = {
        "firstName": first,
        "lastName": last,
        "company": lines.get("company", ""),
        "address1": lines.get("street", ""),
        "address2": lines.get("street2", ""),
        "city": lines.get("city", ""),
        "zip": lines.get("postcode", ""),
        "countryCode": lines.get("country", ""),
        "provinceCode": lines.get("region", ""),
        "phone": lines.get("phone", ""),
    }
    # A second line that is gone has to be emptied; a country or region is only ever named.
    return {k: v for k, v in named.items() if v or k in ("company", "address2")}


def _refund(access: Access, job: Job) -> Outcome:
    """The amount goes back over the payments that brought it, the oldest first."""
    data, problem = _ask(access, PAID, {"id": _gid(job)})
    if problem:
        return problem
    left = to_decimal(minor=int(job.payload["amount_minor"]), currency=job.currency)
    parts = []
    for paid in (data.get("order") or {}).get("transactions") or []:
        if paid["kind"] not in ("SALE", "CAPTURE") or paid["status"] != "SUCCESS" or left <= 0:
            continue
        part = min(left, type(left)(paid["amountSet"]["shopMoney"]["amount"]))
        left -= part
        parts.append(
            {
                "orderId": _gid(job),
                "parentId": paid["id"],
                "gateway": paid["gateway"],
                "kind": "REFUND",
                "amount": str(part),
            }
        )
    if left > 0:
        return Outcome("refused", "More was to be given back than was paid.")
    variables = {
        "input": {
            "orderId": _gid(job),
            "note": str(job.payload.get("reason", ""))[:200],
            "notify": False,
            "transactions": parts,
        },
        "key": str(uuid.uuid5(uuid.NAMESPACE_URL, job.key)),
    }
    return _mutate(access, REFUND, variables, "refundCreate")


def _voucher(access: Access, job: Job) -> Outcome:
    said = job.payload
    if said.get("percent"):
        value: dict[str, Any] = {"percentage": int(said["percent"]) / 100}
    elif said.get("amount_minor"):
        amount = to_decimal(minor=int(said["amount_minor"]), currency=job.currency)
        value = {"discountAmount": {"amount": str(amount), "appliesOnEachItem": False}}
    else:
        return Outcome("refused", "Only amounts and percentages become codes at Shopify.")
    if said.get("unknown_products"):
        return Outcome("refused", ONLY_FOR_UNKNOWN)
    goods = [f"gid://shopify/Product/{pk}" for pk in said.get("product_ids", ())]
    items = {"products": {"productsToAdd": goods}} if goods else {"all": True}
    voucher: dict[str, Any] = {
        "title": said["code"],
        "code": said["code"],
        "startsAt": said["starts_at"],
        "endsAt": said.get("ends_at"),
        "context": {"all": "ALL"},
        "customerGets": {"value": value, "items": items},
        "usageLimit": said.get("uses_allowed"),
        "appliesOncePerCustomer": False,
    }
    if said.get("minimum_minor"):
        least = to_decimal(minor=int(said["minimum_minor"]), currency=job.currency)
        voucher["minimumRequirement"] = {"subtotal": {"greaterThanOrEqualToSubtotal": str(least)}}
    ended = _mutate(access, VOUCHER, {"voucher": voucher}, "discountCodeBasicCreate")
    # Nobody else draws our codes: one that is taken was made by a try whose answer got lost.
    if job.again and ended.verdict == "refused" and "TAKEN" in ended.answer.get("codes", []):
        return Outcome("done", answer={"was": "made already"})
    return ended


def _mutate(
    access: Access,
    query: str,
    variables: Mapping[str, Any],
    name: str,
    errors: str = "userErrors",
) -> Outcome:
    data, problem = _ask(access, query, variables)
    if problem:
        return problem
    told = data.get(name) or {}
    found = told.get(errors) or []
    if found:
        words = "; ".join(str(one.get("message", "")) for one in found)[:300]
        codes = [str(one.get("code")) for one in found if one.get("code")]
        return Outcome("refused", f"{WHO}: {words}", answer={"codes": codes})
    ids = [part["id"] for part in told.values() if isinstance(part, dict) and part.get("id")]
    return Outcome("done", answer={"id": ids[0] if ids else ""})


def _ask(
    access: Access, query: str, variables: Mapping[str, Any]
) -> tuple[dict[str, Any], Outcome | None]:
    """The data, or how it failed. Being throttled comes with 200 and says how long to wait."""
    base = access.address if "://" in access.address else f"https://{access.address}"
    answer = call(
        method="POST",
        url=f"{base.rstrip('/')}/admin/api/{VERSION}/graphql.json",
        headers={
            "Content-Type": "application/json",
            "X-Shopify-Access-Token": access.credentials["token"],
        },
        body=json.dumps({"query": query, "variables": dict(variables)}).encode(),
    )
    if not answer.is_well:
        return {}, unusual(answer, who=WHO)
    try:
        told = json.loads(answer.body)
        data, errors = told.get("data") or {}, told.get("errors") or []
    except (ValueError, AttributeError):
        return {}, Outcome("later", f"{WHO} answered with something that is no JSON.")
    if errors:
        return {}, _trouble(told, errors)
    return data, None


def _trouble(told: Mapping[str, Any], errors: Any) -> Outcome:
    rows: list[dict[str, Any]] = errors if isinstance(errors, list) else [{"message": str(errors)}]
    codes = [str((row.get("extensions") or {}).get("code", "")) for row in rows]
    if "THROTTLED" in codes:
        return Outcome("later", f"{WHO} asks us to slow down.", after=_refill(told))
    if "INTERNAL_SERVER_ERROR" in codes or "TIMEOUT" in codes:
        return Outcome("later", f"{WHO} is in trouble; it is tried again.")
    words = "; ".join(str(row.get("message", "")) for row in rows)[:300]
    return Outcome("refused", f"{WHO}: {words}", answer={"codes": codes})


def _refill(told: Mapping[str, Any]) -> timedelta:
    """Until the bucket holds what the query costs."""
    cost = (told.get("extensions") or {}).get("cost") or {}
    state = cost.get("throttleStatus") or {}
    try:
        missing = float(cost["requestedQueryCost"]) - float(state["currentlyAvailable"])
        return timedelta(seconds=min(max(missing / float(state["restoreRate"]), 1.0), 600.0))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return timedelta(seconds=10)
