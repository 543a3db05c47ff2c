"""What follows what, on one page. Every event has its line, if only an empty one."""

from collections.abc import Mapping, Sequence

from core.events.wiring import Reaction
from engagement.flows import reactions as flows
from engagement.messages import reactions as messages
from engagement.portal import reactions as portal
from engagement.preferences import reactions as preferences
from orders import reactions as orders

WIRING: Mapping[str, Sequence[Reaction]] = {
    "order.placed": [flows.enter, flows.stop_on_reorder],
    "order.paid": [],
    "order.changed": [flows.enter, orders.match_wishes],
    "order.canceled": [flows.stop, flows.enter, orders.match_wishes, orders.settle_warranty],
    "order.deleted": [flows.stop, orders.match_wishes, orders.settle_warranty],
    "order.refunded": [flows.enter, orders.match_refund, orders.settle_warranty],
    "order.document_added": [flows.enter],
    "order.delivered": [flows.enter, orders.settle_warranty],
    "order.delayed": [flows.enter],
    "order.change_asked": [flows.enter, orders.tell_shop],
    "order.change_done": [flows.enter, orders.tell_shop],
    "order.change_refused": [flows.enter, orders.tell_shop],
    "return.requested": [orders.tell_of_return],
    "return.withdrawn": [orders.tell_of_return],
    "return.approved": [orders.tell_of_return],
    "return.refused": [orders.tell_of_return],
    "return.canceled": [orders.tell_of_return],
    "return.sent": [orders.tell_of_return],
    "return.received": [orders.tell_of_return],
    "return.refunded": [orders.tell_of_return],
    "return.credited": [orders.tell_of_return],
    "return.exchanged": [orders.tell_of_return],
    "fulfillment.shipped": [flows.enter, orders.match_wishes],
    "fulfillment.out_for_delivery": [flows.enter],
    "fulfillment.ready_for_pickup": [flows.enter],
    "fulfillment.delivery_failed": [flows.enter],
    "fulfillment.returning": [flows.enter],
    "fulfillment.delivered": [flows.enter, orders.settle_warranty],
    "credit.given": [],
    "credit.spent": [],
    "credit.taken_back": [],
    "credit.expired": [],
    "customer.consent_stated": [preferences.record_statement],
    "customer.unsubscribed": [messages.end_marketing],
    "customer.consent_pending": [flows.enter],
    "customer.left_topic": [flows.leave_topic],
    "customer.merged": [flows.follow_merge, preferences.follow_merge],
    "customer.went_quiet": [flows.enter],
    "customer.birthday_neared": [flows.enter],
    "customer.anniversary_neared": [flows.enter],
    "customer.login_asked": [flows.enter],
    "portal.login_asked": [portal.answer_asker],
    "guarantee.ending": [flows.enter],
    "claim.opened": [flows.enter],
    "claim.handed": [flows.enter],
    "claim.accepted": [flows.enter],
    "claim.refused": [flows.enter],
    "claim.settled": [flows.enter],
    "claim.withdrawn": [],
    "claim.overdue": [flows.enter],
    "guide.did_not_help": [],
    "campaign.scheduled": [flows.plan_campaign],
    "message.bounced": [preferences.suppress_bounced],
    "message.complained": [preferences.suppress_complained],
    "message.unsubscribed": [preferences.leave_with_provider],
    "message.step_failing": [flows.pause_failing],
}
