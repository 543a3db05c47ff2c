"""One message with everything that may speak for or against it. Checks read this and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core.stores.models import Store
from engagement.flows.definition import Definition, Step
from engagement.flows.models import Campaign, Flow
from engagement.flows.named import NOTHING, Named
from engagement.messages.models import Message
from engagement.messages.rules import Skip, Wait
from engagement.messages.timing import Windows
from engagement.preferences.policies import Person
from orders.models import Claim, Customer, Fulfillment, Guarantee, Order, OrderLine, Refund, Return

NOBODY = Person()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A message and what is known now. What could not be found is None.

    `due_at` is computed afresh from the anchor and the flow as they are now. `lines` and `parcels`
    are the order's; `parcel`, `refund` and `returned` what the mail itself is about. `products` are
    the ids the mail would still name, `named` what else it names. `unsettled` says what of this
    customer is not at peace yet. `person` is what they said about marketing.
    """

    message: Message
    store: Store
    now: datetime
    zone: ZoneInfo
    flow: Flow | None = None
    definition: Definition | None = None
    step: Step | None = None
    due_at: datetime
    customer: Customer | None = None
    order: Order | None = None
    lines: Sequence[OrderLine] = ()
    parcels: Sequence[Fulfillment] = ()
    parcel: Fulfillment | None = None
    refund: Refund | None = None
    claim: Claim | None = None
    guarantee: Guarantee | None = None
    returned: Return | None = None
    before: Message | None = None
    named: Named = NOTHING
    campaign: Campaign | None = None
    products: Sequence[int] = ()
    is_bought_again: bool = False
    unsettled: str = ""
    email: str = ""
    reach: str = ""
    person: Person = NOBODY
    last_marketing_at: datetime | None = None
    windows: Windows | None = None

    @property
    def is_marketing(self) -> bool:
        return self.message.is_marketing

    def ends_on(self, event_name: str) -> bool:
        """Whether the flow, as it is now, ends with that event."""
        return self.definition is not None and event_name in self.definition.ends_on


Check = Callable[[Case], Skip | Wait | None]
