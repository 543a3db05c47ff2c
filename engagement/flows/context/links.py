"""Where the customer reads the mail in a browser, and decides what mail they get."""

import uuid

from engagement.flows.case import Case
from engagement.messages.rendering.context import LinkData, LinksData
from engagement.messages.view_links import browser_url
from engagement.preferences.confirm_links import GOOD_FOR, confirm_url
from engagement.preferences.links import unsubscribe_url
from engagement.preferences.login_links import LOGIN_MINUTES, login_codes, login_url


def links_of(case: Case) -> LinksData:
    """Where to read it in a browser, and the way out: in every marketing mail; in order news a quiet
    link to the same page."""
    shown = browser_url(case.message)
    links: LinksData = {"browser_url": shown} if shown else {}
    if case.customer is None:
        return links
    url = unsubscribe_url(
        store=case.store,
        customer_id=case.customer.pk,
        message_public_id=case.message.public_id,
    )
    links["preferences_url"] = url
    if case.is_marketing:
        links["unsubscribe_url"] = url
    return links


def login_of(case: Case) -> tuple[LinkData, str]:
    """The link and the digits of a login mail, made of the request that its occurrence names."""
    request_id = uuid.UUID(hex=case.message.occurrence)
    url = login_url(store=case.store, request_id=request_id)
    return {"url": url, "minutes": LOGIN_MINUTES}, login_codes(request_id=request_id)[0]


def confirmation_of(case: Case) -> LinkData:
    """The link to the page on which somebody says that the yes was theirs."""
    url = confirm_url(store_id=case.store.pk, consent_id=case.message.facts["consent"])
    return {"url": url, "expires_at": case.message.anchor_at + GOOD_FOR}
