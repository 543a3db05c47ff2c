"""What mails about people's data tell, from the demand that they are about."""

from datetime import timedelta
from typing import cast

from engagement.flows.case import Case
from engagement.messages.rendering.context import MailContext
from orders.models import PrivacyRequest
from orders.operations.build_export import GOOD_FOR
from orders.operations.erase_customer import KEPT
from orders.privacy_links import Deed, demand_url

MAILS = {"export_ready": "copy", "erasure_asked": "keep", "erasure_done": ""}


def tell_data_rights(context: MailContext, *, case: Case) -> None:
    """Put into `context` the link that the mail hands over, or what was erased."""
    deed = MAILS.get(case.message.flow)
    demand_id = case.message.facts.get("privacy")
    if deed is None or demand_id is None:
        return
    if not deed:
        context["erasure"] = {"done_at": case.message.anchor_at, "kept": list(KEPT)}
        return
    until = case.message.anchor_at + (GOOD_FOR if deed == "copy" else timedelta(0))
    if deed == "keep":
        demand = PrivacyRequest.objects.filter(pk=demand_id).first()
        until = demand.starts_at if demand is not None and demand.starts_at else until
    context["link"] = {
        "url": demand_url(store=case.store, demand_id=demand_id, deed=cast("Deed", deed)),
        "expires_at": until,
    }
