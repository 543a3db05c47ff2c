"""The cast: two stores that must never see each other, their people, and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import pytest
from django.conf import settings

from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from tests.empty_ledgers import let_ledgers_be_emptied
from tests.factories.stores import StoreFactory
from tests.house.skip_list import pytest_configure

if settings.ON_SQLITE:
    let_ledgers_be_emptied()

__all__ = ["pytest_configure"]  # a hook: in CI, skips that nobody allowed fail the run

# How long a machine takes, alone or beside others, is no matter of the suite's; bench/ measures.
hypothesis.settings.register_profile(
    "house",
    parent=hypothesis.settings(),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)  # a Tuesday


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if settings.ON_SQLITE:
        only_postgres = pytest.mark.skip(reason="needs PostgreSQL; see tests/skips.toml")
        for item in items:
            if "postgres" in item.keywords:
                item.add_marker(only_postgres)


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def store(db) -> Store:
    """Lipa, a Czech shop for cosmetics and household goods."""
    return StoreFactory(name="Lipa", slug="lipa")


@pytest.fixture
def other_store(db) -> Store:
    """Kontio, a Finnish supplier; the stranger in every isolation test."""
    return StoreFactory(
        name="Kontio",
        slug="kontio",
        currency="EUR",
        country="FI",
        time_zone="Europe/Helsinki",
        default_language="fi",
        languages=["fi", "en"],
    )


@pytest.fixture
def in_store(store: Store) -> Iterator[Store]:
    """The test runs inside Lipa's scope."""
    with store_scope(store.pk):
        yield store


@pytest.fixture
def unscoped(db) -> Iterator[None]:
    """The test sees every store, as the machinery does."""
    with every_store():
        yield
