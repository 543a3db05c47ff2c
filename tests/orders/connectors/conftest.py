"""Lipa, connected to a shop that runs on this machine."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from core.clock import real_now
from core.stores.scope import every_store
from orders.models import PlatformCommand, PlatformConnection
from orders.operations.carry_out import drain_commands
from orders.operations.give_command import give_command
from tests.factories.orders import OrderFactory
from tests.orders.connectors.fakes import (
    SECRET,
    Fake,
    FakeReceiver,
    FakeShopify,
    FakeWoo,
    served,
)

CREDENTIALS = {
    "shopify": {"token": "shpat_right"},
    "woocommerce": {"key": "ck_key", "secret": "cs_secret"},
    "webhook": {"secret": SECRET},
}


@pytest.fixture(autouse=True)
def reach_this_machine(settings) -> None:
    settings.OUTBOUND_TO_PRIVATE = True


@pytest.fixture
def shopify() -> Iterator[FakeShopify]:
    with served(FakeShopify()) as fake:
        yield fake


@pytest.fixture
def woo() -> Iterator[FakeWoo]:
    with served(FakeWoo()) as fake:
        yield fake


@pytest.fixture
def receiver() -> Iterator[FakeReceiver]:
    with served(FakeReceiver()) as fake:
        yield fake


@pytest.fixture
def connected(in_store, now) -> Callable[..., PlatformConnection]:
    """A connection of Lipa's to a fake."""

    def connect(platform: str, fake: Fake, **credentials: str) -> PlatformConnection:
        row = PlatformConnection(
            store=in_store, platform=platform, address=fake.url, created_at=now
        )
        row.set_credentials(credentials or CREDENTIALS[platform])
        row.save()
        return row

    return connect


@pytest.fixture
def order(in_store) -> Any:
    return OrderFactory(store=in_store, source="shopify", external_id="450789469")


@pytest.fixture
def wanted(in_store, now) -> Callable[..., PlatformCommand]:
    """Have something done now; the command as it ended."""

    def want(connection: PlatformConnection, kind: str, **payload: Any) -> PlatformCommand:
        order = payload.pop("of", None)
        command = give_command(
            connection=connection,
            kind=kind,
            payload=payload,
            key=f"{kind}-{PlatformCommand.objects.count()}",
            order=order,
            now=now,
        )
        drain_commands()
        command.refresh_from_db()
        return command

    return want


@pytest.fixture
def tried_again(in_store) -> Callable[[PlatformCommand], PlatformCommand]:
    """As if its pause were over."""

    def again(command: PlatformCommand) -> PlatformCommand:
        with every_store():
            PlatformCommand.objects.filter(pk=command.pk).update(
                due_at=real_now() - timedelta(seconds=1)
            )
        drain_commands()
        command.refresh_from_db()
        return command

    return again
