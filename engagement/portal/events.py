"""The public news of the portal."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class LoginAsked(News):
    """Somebody asked to be let in; whether we know them is found out afterwards."""

    name: ClassVar[str] = "portal.login_asked"
    login_request_id: int


@dataclass(frozen=True)
class CustomerLoginAsked(News):
    """A customer asked to be let in, and is to get the link."""

    name: ClassVar[str] = "customer.login_asked"
    customer_id: int
