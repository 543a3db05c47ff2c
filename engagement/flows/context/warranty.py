"""Claims and guarantees, as mails show them."""

from datetime import UTC, datetime, time

from engagement.flows.case import Case
from engagement.flows.outsiders import TO_PARTY
from engagement.messages.rendering.after_sale import ClaimData, GuaranteeData
from orders.models import Claim, Guarantee
from orders.warranty.links import guarantee_url, party_url


def claim_data(*, case: Case, claim: Claim) -> ClaimData:
    """What its reader may know: the party's mail leads to the party's page, and names nobody."""
    for_party = case.message.flow == TO_PARTY
    return {
        "title": claim.guarantee.title,
        "state": case.message.facts.get("claim_state", ""),
        "outcome": claim.outcome,
        "reason": claim.reason,
        "what": claim.what,
        "party": claim.party.name if claim.party is not None else "",
        "url": party_url(claim=claim, store=case.store)
        if for_party
        else guarantee_url(guarantee=claim.guarantee, store=case.store),
        "due_at": claim.due_at,
        "settle_by": claim.settle_by if claim.closed_at is None else None,
    }


def guarantee_data(*, case: Case, guarantee: Guarantee) -> GuaranteeData:
    """Its last day at noon, which is that day in every zone of ours."""
    told = case.message.facts["guarantee"]
    until = guarantee.until
    return {
        "title": guarantee.title,
        "url": guarantee_url(guarantee=guarantee, store=case.store),
        "until_at": datetime.combine(until, time(12), tzinfo=UTC) if until else None,
        "offer_months": int(told.get("offer_months") or 0),
        "offer_url": str(told.get("offer_url") or ""),
    }
