"""Each store's own set-up: can it lawfully and properly write to people?"""

from datetime import datetime, timedelta

from core.stores.models import Store
from core.stores.scope import every_store
from engagement.doctor.finding import Finding
from engagement.flows.models import Flow
from engagement.messages.timing import BadWindows, read_windows
from orders.models import InboundNotice, WebhookEndpoint

SILENT = timedelta(days=7)


def examine(*, now: datetime) -> list[Finding]:
    """One pass over the stores."""
    found: list[Finding] = []
    with every_store():
        stores = list(Store.objects.order_by("slug"))
        for store in stores:
            found += _identity(store) + _machinery(store, now)
    if not stores:
        found.append(
            Finding("warn", "stores", "There is none yet.", "`make demo`, or add one in /admin/.")
        )
    return found


def _identity(store: Store) -> list[Finding]:
    missing = [
        word
        for word, value in (
            ("sender address", store.sender_email),
            ("postal address", store.postal_address),
            ("site address", store.site_url),
        )
        if not value
    ]
    if missing:
        return [
            Finding(
                "fail",
                f"store {store.slug}",
                f"Missing: {', '.join(missing)}.",
                "Fill it in under Store settings; marketing may not leave without it.",
            )
        ]
    return [Finding("ok", f"store {store.slug}", "Sender and addresses are set.")]


def _machinery(store: Store, now: datetime) -> list[Finding]:
    about = f"store {store.slug}"
    found = []
    try:
        windows = read_windows(store.send_windows)
    except BadWindows as error:
        found.append(Finding("fail", about, str(error), "Mend the sending hours."))
    else:
        if not any(windows):
            found.append(
                Finding("warn", about, "No sending hours: no marketing leaves.", "Open some.")
            )
    if not Flow.objects.filter(store=store).exists():
        found.append(
            Finding("fail", about, "It has no flows.", "Save the store once in the dashboard.")
        )
    if not WebhookEndpoint.objects.filter(store=store, is_active=True).exists():
        found.append(
            Finding(
                "warn",
                about,
                "No shop is connected.",
                f"`manage.py connect shopify --store {store.slug}` (or woocommerce, generic).",
            )
        )
    else:
        found += _silence(store, now)
    return found


def _silence(store: Store, now: datetime) -> list[Finding]:
    """A shop that stopped telling: platforms switch webhooks off without a word."""
    last = (
        InboundNotice.objects.filter(store=store)
        .order_by("-received_at")
        .values_list("received_at", flat=True)
        .first()
    )
    if last is None:
        words = "Connected, but nothing has ever come in."
    elif now + store.clock_offset - last > SILENT:
        words = f"Nothing has come in since {last:%Y-%m-%d}."
    else:
        return []
    return [
        Finding(
            "warn",
            f"store {store.slug}",
            words,
            "Send a test notification from the shop's webhook settings; a webhook that failed "
            "several times in a row may have been switched off there.",
        )
    ]
