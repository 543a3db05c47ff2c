"""What a saved setting does to the mails that are planned, told to whoever saved it."""

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest

from core.clock import now as store_now
from engagement.flows.operations.replan_settings import replan_settings


def move_planned(request: HttpRequest, *, changed: Collection[str]) -> None:
    """Replan what depends on the `changed` fields of the current store."""
    store = request.store  # type: ignore[attr-defined]
    store.refresh_from_db()
    done = replan_settings(store=store, changed=changed, now=store_now(store))
    if done.moved:
        mails = "1 planned mail has" if done.moved == 1 else f"{done.moved} planned mails have"
        messages.info(request, f"{mails} a new time.")
    if not done.is_done:
        messages.info(request, "There are many planned mails; the others follow within minutes.")
    if done.ended:
        mails = "1 mail is" if done.ended == 1 else f"{done.ended} mails are"
        messages.warning(request, f"{mails} not sent: their new time is long past.")
