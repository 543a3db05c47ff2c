"""A mail that was sent, written once more from what is known now."""

from datetime import datetime

from engagement.flows.context.build import contexts_of
from engagement.flows.context.voucher import voucher_data
from engagement.flows.giving import given_with
from engagement.flows.rules.cases import cases_of
from engagement.flows.rules.read import read_known
from engagement.messages.live_copy import live_copy
from engagement.messages.models import Message
from engagement.messages.rendering.render import Rendered, TemplateBroken, render


def written_again(*, message: Message, now: datetime) -> Rendered:
    """The mail in the language it was sent in, inside its store's scope. Nothing is saved.

    Raises `TemplateBroken` where what it spoke of is gone.
    """
    known = read_known(messages=[message], now=now)
    [case] = cases_of(messages=[message], known=known, now=now)
    if case.customer is not None and case.customer.erased_at is not None:
        raise TemplateBroken("The person it was written to was forgotten.")
    context = contexts_of(cases=[case])[message.pk]
    if (voucher := given_with(message)) is not None:
        context["voucher"] = voucher_data(voucher=voucher, store=known.store)
    return render(
        template=message.template,
        language=message.language or known.store.default_language,
        context=context,
        own=live_copy(store=known.store, now=now),
    )
