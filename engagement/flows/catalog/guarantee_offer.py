"""More time for a guarantee that ends soon, where the shop sells that."""

from engagement.flows.definition import Condition, Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="guarantee_offer",
    title="Offer of a longer guarantee",
    purpose="Offers more months to those whose guarantee ends soon, where your terms have an offer.",
    message_class="marketing",
    topic=Topic.OFFERS.value,
    subject="guarantee",
    one_per="event",
    starts_on=("guarantee.ending",),
    conditions=(Condition(fact="offer_months", operator="at_least", value=1),),
    waits_for_peace=True,
    is_off_at_first=True,
    steps=(
        Step(
            key="send",
            template="guarantee_offer",
            wait=Wait(days=3, at="10:00"),
            grace_hours=336,
            expires_after_hours=504,
        ),
    ),
)
