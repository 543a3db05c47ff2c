"""Somebody at the mail editor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.stores.models import Membership, Store
from core.stores.scope import store_scope
from engagement.messages.models import MailDraft, MailVersion
from tests.factories.stores import MembershipFactory

STEM = "admin:engagement_messages_mailversion"


@dataclass
class Editor:
    """One person before one mail in one language; `presses` a button of the page."""

    store: Store
    client: Client
    email: str
    template: str = "order_confirmation"
    language: str = "en"

    def page(self, **query: str) -> Any:
        return self.client.get(self._address("editor"), query)

    def shows(self, **query: str) -> str:
        """The mail in the preview's frame."""
        answer = self.client.get(self._address("preview"), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def presses(self, deed: str, **fields: Any) -> Any:
        posted = {
            "_store": self.store.public_id.hex,
            "deed": deed,
            **{name.replace("__", "-"): value for name, value in fields.items()},
        }
        return self.client.post(self._address("editor"), posted, follow=True)

    def versions(self) -> list[MailVersion]:
        with store_scope(self.store.pk):
            return list(MailVersion.objects.order_by("number"))

    def drafts(self) -> list[MailDraft]:
        with store_scope(self.store.pk):
            return list(MailDraft.objects.all())

    def _address(self, page: str) -> str:
        return reverse(f"{STEM}_{page}", args=[self.template, self.language])


@pytest.fixture
def sits_down(store, settings) -> Callable[..., Editor]:
    """Log somebody in at a mail of Lipa."""
    settings.EMAIL_BACKEND = "engagement.messages.localbox.backend.EmailBackend"

    def come(*, role: str = Membership.Role.OWNER, **about: Any) -> Editor:
        user = MembershipFactory(store=store, role=role).user
        client = Client()
        client.force_login(user)
        return Editor(store=store, client=client, email=user.email, **about)

    return come


@pytest.fixture
def editor(sits_down) -> Editor:
    return sits_down()
