"""On the way to where a link leads: note that it was opened, if they still want that, and lead on."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.delivery.measured_links import read_measured
from engagement.messages.models import Message, MessageEvent
from engagement.preferences.queries import people


@never_cache
@require_safe
def measured_link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the sealed target, whatever else; once a mail and link it is noted (GET only)."""
    named = read_measured(token)
    if named is None:
        raise Http404
    store_id, public_id, target = named
    store = Store.objects.filter(pk=store_id, track_clicks=True).first()
    if store is not None and request.method == "GET":
        with store_scope(store.pk):
            _note(store, Message.objects.filter(public_id=public_id).first(), target)
    response = HttpResponse(status=302, headers={"Location": target})
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _note(store: Store, message: Message | None, target: str) -> None:
    if message is None or message.customer_id is None:
        return
    now = store_now(store)
    person = people(customer_ids=[message.customer_id], store=store, now=now)[message.customer_id]
    if not person.may_be_measured(now=now):
        return
    key = hashlib.sha256(f"{message.pk}:{target}".encode()).hexdigest()
    clicked = MessageEvent(
        store=store,
        message=message,
        provider="afterglow",
        key=key,
        kind="clicked",
        happened_at=now,
        received_at=now,
    )
    MessageEvent.objects.bulk_create([clicked], ignore_conflicts=True)
    Message.objects.filter(pk=message.pk, delivery_rank__lt=50).update(delivery_rank=50)
