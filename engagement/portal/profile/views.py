"""About you: name, phone, language, birthday and addresses; and the ways to mails and data."""

import uuid

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from engagement.portal.profile.forms import BirthdayForm, NewAddressForm, ProfileForm
from engagement.portal.visit import Visit, for_customers, languages, page, portal_page
from engagement.preferences.links import unsubscribe_url
from orders.credit import has_credit
from orders.ingest.snapshots import AddressSnapshot
from orders.models import Customer
from orders.operations.change_profile import (
    BirthdayStays,
    NotADay,
    change_birthday,
    change_profile,
)
from orders.operations.forget_address import forget_address
from orders.operations.keep_address import keep_address

READ = ["GET", "HEAD", "POST"]
SHOWN = 20
NO_MAIL = uuid.UUID(int=0)  # the way there is not from a mail
FRESH_ONLY = ("birthday", "address")


@portal_page
@for_customers
@require_safe
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything on one page, to look at."""
    customer = _customer(visit)
    return page(
        request,
        visit,
        "profile.html",
        here="profile",
        customer=customer,
        has_credit=has_credit(customer_id=customer.pk),
        spoken=dict(languages(visit.store)).get(_language(visit), ""),
        addresses=customer.addresses.order_by("-last_used_at", "-pk")[:SHOWN],
        preferences=unsubscribe_url(
            store=visit.store, customer_id=customer.pk, message_public_id=NO_MAIL
        ),
    )


@portal_page
@for_customers
@require_http_methods(READ)
def change(request: HttpRequest, visit: Visit, what: str) -> HttpResponse:
    """One part in its form: you, birthday, address. The last two need a fresh login (A21)."""
    if what not in ("you", *FRESH_ONLY):
        raise Http404
    if what in FRESH_ONLY and not visit.is_fresh:
        return page(
            request, visit, "profile_form.html", status=403, step="prove", back_here=request.path
        )
    form = _form(request, visit, what)
    if request.method == "POST" and form.is_valid() and _is_kept(visit, what, form):
        return HttpResponseRedirect(reverse("portal:profile", args=[visit.store.slug]))
    status = 422 if request.method == "POST" else 200
    return page(request, visit, "profile_form.html", status=status, step=what, form=form)


@portal_page
@for_customers
@require_http_methods(["POST"])
def drop_address(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take an address out. Needs a fresh login."""
    if not visit.is_fresh:
        back = reverse("portal:profile", args=[visit.store.slug])
        return page(request, visit, "profile_form.html", status=403, step="prove", back_here=back)
    number = request.POST.get("address", "")
    if number.isascii() and number.isdigit():
        forget_address(customer=_customer(visit), address_id=int(number[:18]))
    return HttpResponseRedirect(reverse("portal:profile", args=[visit.store.slug]))


def _form(request: HttpRequest, visit: Visit, what: str) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    customer = _customer(visit)
    if what == "birthday":
        return BirthdayForm(data, customer=customer)
    if what == "address":
        return NewAddressForm(data)
    return ProfileForm(
        data, customer=customer, languages=languages(visit.store), spoken=_language(visit)
    )


def _is_kept(visit: Visit, what: str, form: forms.Form) -> bool:
    """Do it; where it cannot be done the form says why."""
    customer, said = _customer(visit), form.cleaned_data
    if what == "you":
        change_profile(customer=customer, **said, now=visit.now)
        return True
    if what == "address":
        country = said.pop("country").upper()
        address = AddressSnapshot(**said, country=country)
        keep_address(customer=customer, address=address, now=visit.now)
        return True
    try:
        change_birthday(customer=customer, **said, now=visit.now)
    except NotADay:
        form.add_error("day", _("There is no such day."))
    except BirthdayStays:
        form.add_error(
            "day", _("A birthday can be changed once a year. Write to us if it is wrong.")
        )
    return not form.errors


def _customer(visit: Visit) -> Customer:
    return visit.customer  # type: ignore[return-value]  # see for_customers


def _language(visit: Visit) -> str:
    return _customer(visit).language or visit.language_for(customer=_customer(visit))
