"""The one step of a flow whose mails are planned by campaigns."""

from engagement.flows.definition import Step

A_MONTH = 30 * 24


def campaign_step(template: str) -> Step:
    """Goes at the moment that its campaign gave it. A pause of up to a month ends nothing."""
    return Step(key="send", template=template, grace_hours=A_MONTH, expires_after_hours=A_MONTH)
