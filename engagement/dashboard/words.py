"""The dashboard's words for what the database calls otherwise. Plain tables, looked up by name."""

from typing import Any

from engagement.flows.catalog import CATALOG
from engagement.flows.models import Flow
from engagement.messages.models import Message

# Field → label, on every page that shows it.
LABELS = {
    "account": "Sending account",
    "account_created_on": "Account opened",
    "activated_at": "On since",
    "anchor_at": "Its time counts from",
    "canceled_at": "Canceled",
    "cancel_reason": "Why canceled",
    "contact_email": "E-mail for questions",
    "contact_url": "Contact form (its address)",
    "created_at": "Made",
    "delivered_at": "Delivered",
    "done_at": "Done",
    "due_at": "Due",
    "email": "E-mail",
    "ended_at": "Ended",
    "erased_at": "Erased",
    "event": "Because of",
    "external_id": "Number in the shop",
    "first_order_at": "First order",
    "generation": "Sent again",
    "handed_at": "Left",
    "happened_at": "When",
    "image_url": "Picture",
    "is_gift": "Gift",
    "is_reviewable": "Ask for reviews of it",
    "is_test": "Test order",
    "issued_at": "Given",
    "issued_by": "Given by",
    "last_notice_at": "Last heard of",
    "last_order_at": "Last order",
    "live_at": "Valid since",
    "locale": "Language",
    "logo_url": "Logo (address of a picture)",
    "minutes": "Minutes it takes to read",
    "merged_into": "Now part of",
    "order_count": "Orders",
    "pack_size": "Pieces in a pack",
    "paused_reason": "Why paused",
    "placed_at": "Placed",
    "planned_version": "Version of the flow",
    "processed_at": "Read",
    "promised_at": "Promised for",
    "provider_message_id": "The provider's number",
    "reason": "Why",
    "received_at": "Received",
    "recipient_name": "Goes to",
    "replenish_after_days": "Used up after (days)",
    "reply_to": "Answers go to",
    "return_rule": "Returns",
    "review_delay_days": "Ask for a review after (days)",
    "sender_email": "Sender's address",
    "sender_name": "Sender's name",
    "sent_to": "Sent to",
    "shipping_method": "Way of shipping",
    "slug": "Short name",
    "staff_note": "Note among yourselves",
    "step": "Which of the three",
    "url": "Page in the shop",
}

EVENTS = {
    "campaign.scheduled": "somebody sets a campaign going",
    "customer.anniversary_neared": "the day they opened their account comes near",
    "customer.birthday_neared": "their birthday comes near",
    "customer.went_quiet": "they have bought nothing for a month, two, three and four",
    "fulfillment.delivered": "a parcel arrives",
    "fulfillment.delivery_failed": "the carrier could not deliver",
    "fulfillment.out_for_delivery": "a parcel is out for delivery",
    "fulfillment.ready_for_pickup": "a parcel waits at the pick-up point",
    "fulfillment.returning": "a parcel is about to go back uncollected",
    "fulfillment.shipped": "a parcel leaves",
    "order.canceled": "the order is canceled",
    "order.change_asked": "a customer asks to cancel or change an order",
    "order.change_done": "what a customer asked for is done",
    "order.change_refused": "what a customer asked for is refused",
    "order.changed": "the shop changes an order",
    "order.delayed": "an order is late",
    "order.delivered": "the whole order has arrived",
    "order.deleted": "the order is deleted in the shop",
    "order.document_added": "a paper is laid to an order",
    "order.placed": "an order is placed",
    "order.refunded": "money is given back",
    "return.approved": "a return is approved",
    "return.canceled": "a customer calls a return off",
    "return.credited": "store credit is given for a return",
    "return.exchanged": "other goods are sent for a return",
    "return.received": "returned goods arrive at the shop",
    "return.refunded": "money goes back for a return",
    "return.refused": "a return is refused",
    "return.requested": "a customer asks to send goods back",
    "return.sent": "returned goods are on their way",
    "return.withdrawn": "a buyer withdraws from the contract",
}
ANCHORS = {
    "event": "the event",
    "arrival": "the arrival of the goods",
    "occasion": "the day itself",
}
CLASSES = {"transactional": "Order news", "marketing": "Marketing"}
SETTINGS = {
    "review_delay": "days set for reviews (product, category or store)",
    "replenish_interval": "days until it is used up (product, category, or the customer's rhythm)",
}
TITLES = {flow.key: flow.title for flow in CATALOG}
FIRST_STEPS = {flow.key: flow.steps[0].key for flow in CATALOG}


def plain(word: object) -> str:
    """A key as words: ``out_for_delivery`` reads out for delivery."""
    return str(word).replace("_", " ").replace(".", " ")


def flow_name(key: str) -> str:
    """What the merchant calls a flow."""
    return TITLES.get(key) or plain(key).capitalize()


def mail_name(message: Message) -> str:
    """What the merchant calls a mail: its flow, and which one where the flow has several."""
    name = flow_name(message.flow)
    if message.step == FIRST_STEPS.get(message.flow, "send"):
        return name
    return f"{name}: {plain(message.step)}"


def event_words(name: str) -> str:
    """When an event happens, in words."""
    return EVENTS.get(name) or plain(name)


def name_of(row: Any) -> str:
    """How a page names its row."""
    if isinstance(row, Message):
        return mail_name(row)
    return flow_name(row.key) if isinstance(row, Flow) else str(row)
