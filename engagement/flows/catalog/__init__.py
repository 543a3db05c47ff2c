"""The ready-made flows. To add one, copy a sibling and list it here."""

from engagement.flows.catalog import (
    account_anniversary,
    birthday,
    care_tips,
    change_done,
    change_received,
    change_refused,
    claim_for_party,
    claim_news,
    claim_overdue,
    claim_received,
    cross_sell,
    delivered,
    delivery_failed,
    documents_ready,
    feed_digest,
    guarantee_ending,
    guarantee_offer,
    guide_on_arrival,
    holiday_greeting,
    login_link,
    newsletter,
    order_canceled,
    order_changed,
    order_confirmation,
    order_delayed,
    order_partly_shipped,
    order_shipped,
    out_for_delivery,
    preference_confirmation,
    product_update,
    ready_for_pickup,
    refund_issued,
    replenishment,
    returning_uncollected,
    review_request,
    safety_notice,
    thank_you,
    win_back,
)
from engagement.flows.definition import Definition

CATALOG: tuple[Definition, ...] = (
    order_confirmation.FLOW,
    order_changed.FLOW,
    order_canceled.FLOW,
    change_received.FLOW,
    change_done.FLOW,
    change_refused.FLOW,
    order_shipped.FLOW,
    order_partly_shipped.FLOW,
    out_for_delivery.FLOW,
    ready_for_pickup.FLOW,
    returning_uncollected.FLOW,
    delivery_failed.FLOW,
    delivered.FLOW,
    order_delayed.FLOW,
    refund_issued.FLOW,
    documents_ready.FLOW,
    claim_received.FLOW,
    claim_news.FLOW,
    claim_for_party.FLOW,
    claim_overdue.FLOW,
    guarantee_ending.FLOW,
    guarantee_offer.FLOW,
    guide_on_arrival.FLOW,
    thank_you.FLOW,
    care_tips.FLOW,
    review_request.FLOW,
    replenishment.FLOW,
    birthday.FLOW,
    account_anniversary.FLOW,
    login_link.FLOW,
    cross_sell.FLOW,
    win_back.FLOW,
    preference_confirmation.FLOW,
    newsletter.FLOW,
    product_update.FLOW,
    holiday_greeting.FLOW,
    feed_digest.FLOW,
    safety_notice.FLOW,
)


def started_by(event_name: str) -> tuple[str, ...]:
    """Keys of the flows that this event starts, in catalog order."""
    return tuple(flow.key for flow in CATALOG if event_name in flow.starts_on)


def ended_by(event_name: str) -> tuple[str, ...]:
    """Keys of the flows whose planned mails this event ends."""
    return tuple(flow.key for flow in CATALOG if event_name in flow.ends_on)
