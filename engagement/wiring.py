"""What follows what, on one page. Every event has its line, if only an empty one."""

from collections.abc import Mapping, Sequence

from core.events.wiring import Reaction
from engagement.flows import reactions as flows
from engagement.messages import reactions as messages
from engagement.preferences import reactions as preferences

WIRING: Mapping[str, Sequence[Reaction]] = {
    "order.placed": [flows.enter, flows.stop_on_reorder],
    "order.paid": [],
    "order.changed": [flows.enter],
    "order.canceled": [flows.stop, flows.enter],
    "order.deleted": [flows.stop],
    "order.refunded": [flows.enter],
    "order.delivered": [flows.enter],
    "order.delayed": [flows.enter],
    "fulfillment.shipped": [flows.enter],
    "fulfillment.out_for_delivery": [flows.enter],
    "fulfillment.ready_for_pickup": [flows.enter],
    "fulfillment.delivery_failed": [flows.enter],
    "fulfillment.returning": [flows.enter],
    "fulfillment.delivered": [flows.enter],
    "customer.consent_stated": [preferences.record_statement],
    "customer.unsubscribed": [messages.end_marketing],
    "customer.merged": [flows.follow_merge, preferences.follow_merge],
    "customer.birthday_neared": [flows.enter],
    "customer.anniversary_neared": [flows.enter],
    "message.bounced": [preferences.suppress_bounced],
    "message.complained": [preferences.suppress_complained],
    "message.unsubscribed": [preferences.leave_with_provider],
    "message.step_failing": [flows.pause_failing],
}
