"""People at their dashboards."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.stores.models import Membership, Store, User
from tests.factories.stores import MembershipFactory, UserFactory


@pytest.fixture
def log_in(db) -> Callable[..., Client]:
    """A client logged in as somebody with that role; its POSTs carry the store by `client.form`."""

    def go(*, store: Store | None = None, role: str = Membership.Role.OWNER, user=None) -> Client:
        user = user or UserFactory()
        if store is not None and not user.is_superuser:
            MembershipFactory(user=user, store=store, role=role)
        client = Client()
        client.force_login(user)
        client.form = {"_store": store.public_id.hex if store else "none"}
        return client

    return go


@pytest.fixture
def owner(log_in, store) -> Client:
    return log_in(store=store)


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser(email="root@staff.example", password="long enough words")
