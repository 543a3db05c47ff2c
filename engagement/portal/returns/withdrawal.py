"""Withdraw from the contract (EU, 2011/83 art. 11a): two steps, no reason, also without an account."""

import uuid
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from core.caller import caller
from core.clock import real_now
from core.limits.take import take
from core.secrets import new_token
from engagement.portal.fields import NEEDED
from engagement.portal.orders.views import own_order
from engagement.portal.returns.draft import ONCE, handle
from engagement.portal.returns.views import to_the_door
from engagement.portal.returns.words import MISSING, WHY_NOT
from engagement.portal.visit import Visit, page, portal_page
from orders.models import Order, Return, WithdrawalStatement
from orders.operations.ask_return import ReturnNotOffered
from orders.operations.state_withdrawal import state_withdrawal
from orders.operations.withdraw_order import withdraw_order
from orders.returns.case import Wanted
from orders.returns.offer import ReturnOffer
from orders.returns.read import offer_of

READ = ["GET", "HEAD", "POST"]
PER_NETWORK = (30, timedelta(hours=1))


class StatementForm(forms.Form):
    """Who withdraws from what. Nothing else is asked: no reason, no account."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    order_number = forms.CharField(
        label=_("Order number"),
        max_length=64,
        help_text=_("It stands in the subject of every mail about your order."),
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The one that you ordered with. The receipt goes there."),
        error_messages={**NEEDED, "invalid": _("This is no e-mail address. Is a letter missing?")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def _once(request: HttpRequest) -> str:
    return request.POST.get("once", "")[:ONCE].replace("\x00", "") or new_token()[:ONCE]


@portal_page
@require_http_methods(READ)
def without_account(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Anybody: what is typed, once more to look at, and it is declared. Known or not, the same answer."""
    posted = request.method == "POST"
    asked_for = {"order_number": request.GET.get("order", "")[:64]}
    form = StatementForm(request.POST if posted else None, initial=asked_for)
    once = _once(request)
    if not posted or "back" in request.POST:
        return _stated(request, visit, form, once, "fill")
    if not form.is_valid():
        return _stated(request, visit, form, once, "fill", status=422)
    if "sure" not in request.POST:
        return _stated(request, visit, form, once, "sure")
    limit, window = PER_NETWORK
    who = f"{visit.store.pk}:{caller(request)}"
    wait = take(name="withdraw:network", who=who, limit=limit, window=window, now=real_now())
    if wait:
        minutes = max(1, round(wait / 60))
        response = page(request, visit, "too_many.html", status=429, minutes=minutes)
        response["Retry-After"] = str(wait)
        return response
    stated = state_withdrawal(
        store_id=visit.store.pk,
        name=form.cleaned_data["name"],
        order_number=form.cleaned_data["order_number"],
        email=form.cleaned_data["email"],
        once=once,
        now=visit.now,
    )
    address = reverse("portal:withdrawn", args=[visit.store.slug, stated.public_id])
    return HttpResponseRedirect(address, status=303)


@portal_page
@require_safe
def withdrawn(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """What was declared and when. It says nothing of whether there is such an order."""
    stated = get_object_or_404(WithdrawalStatement, public_id=public_id)
    return page(request, visit, "withdrawn.html", stated=stated)


def _stated(
    request: HttpRequest,
    visit: Visit,
    form: StatementForm,
    once: str,
    step: str,
    *,
    status: int = 200,
) -> HttpResponse:
    return page(
        request, visit, "withdraw.html", status=status, form=form, once=once, step=step, items=None
    )


@portal_page
@require_http_methods(READ)
def inside(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """Who is in withdraws from all of an order, or from some of it."""
    if visit.session is None:
        return to_the_door(request, visit)
    order = own_order(visit, public_id)
    language = visit.language_for(customer=order.customer, order=order)
    with translation.override(language):
        return _inside(request, visit, order, language)


def _inside(request: HttpRequest, visit: Visit, order: Order, language: str) -> HttpResponse:
    once = _once(request)
    if known := Return.objects.filter(order=order, once=once).first():
        return _to(visit, known)
    order.store = visit.store
    offer = offer_of(order=order, now=visit.now)
    chosen = _chosen(request, order, offer)
    posted = request.method == "POST"
    data = (
        {**request.POST.dict(), "order_number": order.number, "email": order.email or "-"}
        if posted
        else None
    )
    name = str((order.shipping_address or {}).get("name", ""))
    if order.customer is not None:
        name = order.customer.full_name or name
    form = StatementForm(data, initial={"name": name})
    del form.fields["order_number"], form.fields["email"]
    step, problem = "fill", ""
    if offer.withdrawal.reason:
        step, problem = "no", str(WHY_NOT[offer.withdrawal.reason])
    elif posted and "back" not in request.POST and form.is_valid():
        if not chosen:
            problem = str(MISSING["nothing_wanted"])
        elif "sure" not in request.POST:
            step = "sure"
        else:
            try:
                made = withdraw_order(
                    order=order,
                    wanted=chosen,
                    name=form.cleaned_data["name"],
                    email=order.email or (order.customer.email if order.customer else "") or "",
                    once=once,
                    now=visit.now,
                )
            except ReturnNotOffered as no:
                problem = str(WHY_NOT.get(no.reason) or MISSING["quantity"])
            else:
                return _to(visit, made)
    wanted = {one.line_id for one in chosen}
    return page(
        request,
        visit,
        "withdraw.html",
        status=409 if step == "no" else 422 if problem or form.errors else 200,
        language=language,
        order=order,
        form=form,
        once=once,
        step=step,
        problem=problem,
        until=offer.withdrawal.deadline,
        items=[
            (handle(order=order, thing=item.line), item, not posted or item.line.pk in wanted)
            for item in offer.withdrawal.items
        ],
    )


def _to(visit: Visit, asked: Return) -> HttpResponse:
    address = reverse("portal:return", args=[visit.store.slug, asked.public_id])
    return HttpResponseRedirect(address, status=303)


def _chosen(request: HttpRequest, order: Order, offer: ReturnOffer) -> list[Wanted]:
    """The lines that were ticked, each with all that is left of it."""
    return [
        Wanted(line_id=item.line.pk, quantity=item.quantity_of(item.free))
        for item in offer.withdrawal.items
        if request.POST.get(f"take-{handle(order=order, thing=item.line)}")
    ]
