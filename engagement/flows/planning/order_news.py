"""Starts of order news: at the event, for the order, parcel or refund that it is about."""

from typing import Any

from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.start import Start

OCCURRENCE_LENGTH = 64


def plan_order_news(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One start, anchored at the event itself."""
    subject = subject_of(entry=entry, kind=flow.definition.subject)
    if subject is None:
        return []
    return [
        Start(
            subject=subject,
            occurrence=occurrence_of(entry=entry, one_per=flow.definition.one_per),
            anchor_at=entry.event.occurred_at,
            facts=_facts(entry),
        )
    ]


def subject_of(*, entry: Entry, kind: str) -> str | None:
    """What the mail is about as ``kind:id``; None when the event does not name one."""
    row_id = (
        entry.customer.pk
        if kind == "customer" and entry.customer is not None
        else entry.event.payload.get(f"{kind}_id")
    )
    return None if row_id is None else f"{kind}:{row_id}"


def occurrence_of(*, entry: Entry, one_per: str) -> str:
    """What tells this time apart from the next: the event's key after its subject's id."""
    if one_per != "event":
        return "0"
    return entry.key.partition(":")[2][:OCCURRENCE_LENGTH] or "0"


def _facts(entry: Entry) -> dict[str, Any]:
    payload = entry.event.payload
    facts: dict[str, Any] = {}
    if "consent" in payload:
        facts["consent"] = payload["consent"]
    for kind in ("fulfillment", "refund"):
        if payload.get(f"{kind}_id") is not None:
            facts[kind] = payload[f"{kind}_id"]
    if "changes" in payload:
        facts["changes"] = list(payload["changes"])
    if "document_id" in payload:
        facts["documents"] = [payload["document_id"]]
    if "privacy_request_id" in payload:
        facts["privacy"] = payload["privacy_request_id"]
    if "cause" in payload:
        facts["cause"] = payload["cause"]
    if "change_request_id" in payload:
        told = ("kind", "is_looked_at", "because", "reason")
        facts["change"] = {name: payload[name] for name in told if name in payload}
    if "claim_id" in payload:
        facts["claim"] = payload["claim_id"]
        facts["claim_state"] = entry.event.name.partition(".")[2]
        if "party_id" in payload:
            facts["party"] = payload["party_id"]
    if "guarantee_id" in payload:
        offer = {name: payload[name] for name in ("until", "offer_months", "offer_url")}
        facts["guarantee"] = {"id": payload["guarantee_id"], **offer}
    if payload.get("return_id") is not None:
        told = ("amount_minor", "bonus_minor", "is_partial", "number")
        facts["returned"] = {
            "id": payload["return_id"],
            **{name: payload[name] for name in told if name in payload},
        }
    return facts
