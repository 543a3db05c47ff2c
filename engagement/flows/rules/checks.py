"""All checks in the order in which they speak: the first answer is the one people read."""

from engagement.flows.case import Case, Check
from engagement.flows.rules.campaign_state import campaign_state
from engagement.flows.rules.flow_state import flow_state
from engagement.flows.rules.gift import gift
from engagement.flows.rules.held_out import held_out
from engagement.flows.rules.nothing_to_name import nothing_to_name
from engagement.flows.rules.order_gone import order_gone
from engagement.flows.rules.overtaken import overtaken
from engagement.flows.rules.permission import permission
from engagement.flows.rules.quiet_hours import quiet_hours
from engagement.flows.rules.reordered import reordered
from engagement.flows.rules.returned import returned
from engagement.flows.rules.step_before import step_before
from engagement.flows.rules.timing import not_yet, too_late, unsettled
from engagement.flows.rules.who_is_gone import who_is_gone
from engagement.flows.rules.wishes import wishes
from engagement.messages.rules import Skip, Wait

# Asked when the message is claimed and, but for the hours of the day, once more at MARK.
AT_MARK: tuple[Check, ...] = (
    who_is_gone,
    order_gone,
    flow_state,
    campaign_state,
    returned,
    gift,
    overtaken,
    nothing_to_name,
    reordered,
    step_before,
    held_out,
    permission,
    wishes,
    too_late,
    not_yet,
    unsettled,
)
CHECKS: tuple[Check, ...] = (*AT_MARK, quiet_hours)


def first_objection(*, case: Case, checks: tuple[Check, ...]) -> Skip | Wait | None:
    """The first check's answer that is against sending now; None when none is."""
    for check in checks:
        if (objection := check(case)) is not None:
            return objection
    return None
