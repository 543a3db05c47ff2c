"""Where the customer decides what mail they get."""

from engagement.flows.case import Case
from engagement.messages.rendering.context import LinksData
from engagement.preferences.links import unsubscribe_url


def links_of(case: Case) -> LinksData:
    """The way out, in every marketing mail; in order news a quiet link to the same page."""
    if case.customer is None:
        return {}
    url = unsubscribe_url(
        store=case.store,
        customer_id=case.customer.pk,
        message_public_id=case.message.public_id,
    )
    if not case.is_marketing:
        return {"preferences_url": url}
    return {"unsubscribe_url": url, "preferences_url": url}
