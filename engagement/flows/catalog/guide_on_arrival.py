"""How to begin with what has just arrived: its guide."""

from engagement.flows.definition import Condition, Definition, Step, Wait

FLOW = Definition(
    key="guide_on_arrival",
    title="Guide on arrival",
    purpose="Leads to the guide of what has arrived. Products without a guide get no mail, nor does "
    "the same product a second time.",
    message_class="transactional",
    subject="order",
    counts_from="arrival",
    starts_on=("fulfillment.shipped", "order.delivered"),
    steps=(
        Step(
            key="send",
            template="guide_on_arrival",
            wait=Wait(hours=2),
            grace_hours=72,
            expires_after_hours=7 * 24,
        ),
    ),
    conditions=(Condition(fact="is_gift", value=False),),
    ends_on=("order.canceled", "order.deleted"),
)
