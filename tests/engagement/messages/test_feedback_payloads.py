"""Payloads recorded from thirteen providers: each is read, and bounces are told apart."""

import json

import pytest
from anymail.exceptions import AnymailConfigurationError, AnymailError
from django.test import RequestFactory

from engagement.messages.feedback import event_key, is_permanent
from engagement.messages.hook import VIEWS
from tests.data import ROOT, shared

# Written by hand from reading the payloads: whose address is at fault for good.
PERMANENT = {
    "amazon_ses/bounce_event",
    "amazon_ses/multiple_bounce_event",
    "brevo/invalid_email",
    "mailgun/failed_permanent_event",
    "mailgun/legacy__alt_smtp_code",
    "mailjet/blocked_event",  # "typofix": a domain that is a typing error
    "mailtrap/bounce_event",
    "mandrill/hard_bounce_event",
    "postal/bounce_event",
    "postmark/bounce_event",
    "resend/hard_bounced_event",
    "sendgrid/dropped_bounced",
    "sendgrid/dropped_invalid_event",
    "sparkpost/bounce_event",
    "unisender_go/hard_bounced_event",
}
NAMES = sorted(
    f"{path.parent.name}/{path.stem}" for path in (ROOT / "esp_events").glob("*/*.json")
) or ["absent/absent"]


def read(name: str):
    """The events of a payload, as anymail's view reads them once it believes the request."""
    provider = name.split("/")[0]
    raw = shared("esp_events", f"{name}.json").read_text()
    view = VIEWS[provider].__new__(VIEWS[provider])
    factory = RequestFactory()
    if provider == "mandrill":
        request = factory.post("/", {"mandrill_events": raw})
    elif "legacy__" in name:
        # Recorded without the fields of its signature, of which the time is one.
        request = factory.post("/", {"timestamp": "1461261330", **json.loads(raw)})
    else:
        headers = {"HTTP_X_AMZ_SNS_MESSAGE_TYPE": "Notification"}
        request = factory.post("/", raw, content_type="application/json", **headers)
    return view.parse_events(request)


@pytest.mark.measure
@pytest.mark.parametrize("name", NAMES)
def test_each_recorded_payload_is_read_and_bounces_are_told_apart(name):
    if name == "mailgun/legacy__misconfigured_inbound":
        with pytest.raises(AnymailConfigurationError):
            read(name)
        return
    try:
        events = read(name)
    except (AnymailError, LookupError, ValueError) as error:
        pytest.fail(f"unreadable: {error!r}")
    assert json.dumps([event.event_type for event in events])
    assert any(is_permanent(event) for event in events) == (name in PERMANENT)
    assert [event_key(event) for event in events] == [event_key(event) for event in read(name)]
