"""One return as its buyer follows it: how it fares, how to send it, its slip, and calling it off."""

import io
import uuid
from datetime import date, datetime

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from engagement.messages.rendering.formats import date_text, quantity
from engagement.messages.rendering.prepare import address_lines
from engagement.portal.orders.views import opened, sees_everything
from engagement.portal.returns.slip import Slip, SlipLine, slip_pdf
from engagement.portal.returns.views import to_the_door
from engagement.portal.returns.words import OUTCOMES, STATES, STATIONS, WAYS
from engagement.portal.visit import Visit, for_customers, page, portal_page
from orders.models import Return, ReturnLine, ReturnPolicy
from orders.operations.cancel_return import cancel_return, may_cancel
from orders.operations.mark_return_sent import mark_return_sent
from orders.operations.return_steps import TooLate
from orders.returns.read import policies_of, policy_for, zone_of
from orders.returns.timeline import timeline_of

TO_SEND = (Return.Status.APPROVED, Return.Status.SENT)


@portal_page
@require_safe
def state(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """For the customer who is in."""
    if visit.session is None:
        return to_the_door(request, visit)
    return _shown(request, visit, _own(visit, public_id))


@portal_page
@require_safe
def state_by_link(
    request: HttpRequest, visit: Visit, token: str, public_id: uuid.UUID
) -> HttpResponse:
    """The same behind the link in a mail, to look at."""
    return _shown(request, visit, _linked(visit, token, public_id), token=token)


@portal_page
@for_customers
@require_safe
def slip(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """The label and the slip, as PDF."""
    return _slip(visit, _own(visit, public_id))


@portal_page
@require_safe
def slip_by_link(
    request: HttpRequest, visit: Visit, token: str, public_id: uuid.UUID
) -> HttpResponse:
    """The same behind the link in a mail, while that link shows an address."""
    asked = _linked(visit, token, public_id)
    if not sees_everything(visit, asked.order):
        raise Http404
    return _slip(visit, asked)


@portal_page
@for_customers
@require_POST
def cancel(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """The customer keeps the goods; pressed twice it is called off once."""
    asked = _own(visit, public_id)
    try:
        cancel_return(asked=asked, now=visit.now)
    except TooLate:
        return _shown(request, visit, asked, problem=True)
    return _back(visit, asked)


@portal_page
@for_customers
@require_POST
def sent(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """The customer says that the parcel is on its way."""
    asked = _own(visit, public_id)
    number = request.POST.get("tracking", "").replace("\x00", "").strip()[:120]
    try:
        mark_return_sent(asked=asked, tracking_number=number, now=visit.now)
    except TooLate:
        return _shown(request, visit, asked, problem=True)
    return _back(visit, asked)


def _own(visit: Visit, public_id: uuid.UUID) -> Return:
    rows = Return.objects.select_related("order__customer")
    return get_object_or_404(rows, public_id=public_id, order__customer=visit.customer)


def _linked(visit: Visit, token: str, public_id: uuid.UUID) -> Return:
    order, audience = opened(visit=visit, token=token)
    if audience == "recipient":
        raise Http404
    rows = Return.objects.select_related("order__customer")
    return get_object_or_404(rows, public_id=public_id, order=order)


def _back(visit: Visit, asked: Return) -> HttpResponse:
    address = reverse("portal:return", args=[visit.store.slug, asked.public_id])
    return HttpResponseRedirect(address, status=303)


def _lines(asked: Return) -> list[ReturnLine]:
    rows = ReturnLine.objects.filter(asked=asked).select_related("order_line__product")
    return list(rows.order_by("order_line__position", "pk"))


def _policy(asked: Return, lines: list[ReturnLine]) -> ReturnPolicy:
    policies = policies_of(store_id=asked.store_id)
    first = lines[0].order_line if lines else None
    return policy_for(policies=policies, order=asked.order, line=first)


def _slip_url(visit: Visit, asked: Return, token: str) -> str:
    if not token:
        return reverse("portal:return_slip", args=[visit.store.slug, asked.public_id])
    if not sees_everything(visit, asked.order):
        return ""
    names = [visit.store.slug, token, asked.public_id]
    return reverse("portal:return_slip_by_link", args=names)


def _shown(
    request: HttpRequest, visit: Visit, asked: Return, *, token: str = "", problem: bool = False
) -> HttpResponse:
    asked.order.store = visit.store
    language = visit.language_for(customer=asked.order.customer, order=asked.order)
    lines = _lines(asked)
    policy = _policy(asked, lines)
    can_send = asked.status in TO_SEND
    with translation.override(language):
        title, hint = WAYS[asked.way]
        return page(
            request,
            visit,
            "return_state.html",
            status=409 if problem else 200,
            language=language,
            zone=zone_of(asked.order, visit.store).key,
            asked=asked,
            token=token,
            lines=lines,
            headline=STATES[asked.status],
            problem=_("It has gone too far for that.") if problem else "",
            next_steps=_next_steps(asked, policy),
            stations=[(STATIONS[step.key], step) for step in timeline_of(asked)],
            outcome=OUTCOMES[asked.outcome],
            worth=asked.due_minor + asked.bonus_minor,
            can_send=can_send,
            way_title=title,
            way_hint=hint,
            code=_code(asked.reference) if can_send and asked.way == "drop_off" else "",
            instructions=_instructions(policy, language),
            address=policy.address or visit.store.postal_address,
            slip_url=_slip_url(visit, asked, token) if can_send else "",
            can_cancel=not token and visit.session is not None and may_cancel(asked),
            can_tell_sent=not token
            and visit.session is not None
            and asked.status == Return.Status.APPROVED,
        )


def _next_steps(asked: Return, policy: ReturnPolicy) -> list[tuple[str, datetime | date | None]]:
    """What comes, with its day where it has one; nothing once all is over."""
    brings = {
        "exchange": _("Once it is here, we send what you chose instead."),
        "credit": _("Once it is here, you get your credit."),
        "refund": _("Once it is here, we give your money back."),
    }[asked.outcome]
    within = _("Days that we need for it at most: %(days)d") % {"days": policy.refund_within_days}
    last: tuple[str, datetime | None] = (
        (_("At the latest it is done by"), asked.pay_by) if asked.pay_by else (within, None)
    )
    if asked.status == Return.Status.REQUESTED:
        return [(_("Keep the goods for now. You hear from us by"), asked.answer_by)]
    if asked.status == Return.Status.APPROVED:
        return [(_("Send it at the latest by"), asked.send_by), (brings, None), last]
    if asked.status == Return.Status.SENT:
        return [(_("We write to you when it has arrived."), None), (brings, None), last]
    return [last] if asked.status == Return.Status.RECEIVED else []


def _instructions(policy: ReturnPolicy, language: str) -> str:
    said: dict[str, str] = policy.instructions or {}
    return str(said.get(language) or next(iter(said.values()), ""))


def _code(reference: str) -> str:
    """The number of the return as a QR picture in the page itself: no style, no script."""
    out = io.BytesIO()
    segno.make_qr(reference, error="m").save(
        out, kind="svg", scale=6, border=4, xmldecl=False, title=reference, light="#fff"
    )
    return out.getvalue().decode()


def _slip(visit: Visit, asked: Return) -> HttpResponse:
    asked.order.store = visit.store
    if asked.status not in TO_SEND:
        raise Http404
    order, lines = asked.order, _lines(asked)
    language = visit.language_for(customer=order.customer, order=order)
    policy = _policy(asked, lines)
    zone = zone_of(order, visit.store).key
    reasons: dict[str, str | Promise] = {line.reason_key: line.reason_text for line in lines}
    with translation.override(language):
        made = slip_pdf(
            Slip(
                language=language,
                shop=visit.store.name,
                reference=asked.reference,
                order_number=order.number,
                to_lines=(policy.address or visit.store.postal_address).splitlines(),
                from_lines=address_lines(dict(order.shipping_address or {}), language=language),
                lines=[
                    SlipLine(
                        quantity=quantity(line.quantity.normalize(), language=language),
                        title=_title(line),
                        why=str(reasons.get(line.reason_key, "")),
                    )
                    for line in lines
                ],
                send_by=date_text(asked.send_by, zone=zone, language=language)
                if asked.send_by
                else "",
                shop_pays=asked.shop_pays,
                instructions=_instructions(policy, language),
            )
        )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{asked.reference}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _title(line: ReturnLine) -> str:
    sold = line.order_line
    return f"{sold.title}, {sold.variant_title}" if sold.variant_title else sold.title
