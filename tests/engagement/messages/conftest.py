"""The engine with rules a test steers and a mailbox it can look into."""

from collections.abc import Iterator

import pytest

from engagement.messages.delivery.accounts import LOCAL_MAILBOX
from tests.engagement.messages.fake_rules import RULES, FakeRules


@pytest.fixture(autouse=True)
def rules(settings) -> Iterator[FakeRules]:
    settings.SEND_RULES = "tests.engagement.messages.fake_rules.RULES"
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    RULES.reset()
    yield RULES
    RULES.reset()
