"""Give a sending account a key of its own to sign with."""

from datetime import datetime

from core.secrets import encrypt
from engagement.messages.delivery.dkim import new_key
from engagement.messages.models import ProviderAccount


def make_dkim_key(*, account: ProviderAccount, domain: str, now: datetime) -> None:
    """A new RSA key for `domain` under a new selector; mails are signed with it from now on.

    The selector is new each time, so that mails on their way still verify with the earlier record.
    """
    pem = new_key()  # outside of the row's lock: it takes a moment
    selector = f"ag{now:%Y%m%d}"
    if account.dkim_selector.startswith(selector):
        selector = f"ag{now:%Y%m%d%H%M%S}"
    ProviderAccount.objects.filter(pk=account.pk).update(
        dkim_domain=domain, dkim_selector=selector, dkim_key_sealed=encrypt(pem)
    )
