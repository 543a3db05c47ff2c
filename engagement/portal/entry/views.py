"""The door: order number and e-mail in, a link or six digits out of the mailbox, and in."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.caller import caller
from core.clock import real_now
from engagement.portal.entry.form import AskForm
from engagement.portal.models import LoginRequest, PortalSession
from engagement.portal.operations.ask_again import ask_again
from engagement.portal.operations.ask_for_login import TooManyRequests, ask_for_login
from engagement.portal.operations.log_in import (
    LetIn,
    NotLetIn,
    is_of,
    log_in_by_code,
    log_in_by_link,
    open_request,
)
from engagement.portal.visit import (
    Visit,
    browser_of,
    cookie_name,
    for_customers,
    known_browser,
    leads_back,
    page,
    portal_page,
    remember_browser,
    set_cookie,
)
from engagement.preferences.login_links import read_login_token

READ = ["GET", "HEAD", "POST"]
BACK_LASTS = 15 * 60


@portal_page
@require_http_methods(READ)
def door(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who is in goes on to the orders; others say which order is theirs."""
    if request.method != "POST":
        if visit.session is not None:
            return HttpResponseRedirect(reverse("portal:orders", args=[visit.store.slug]))
        return page(request, visit, "door.html", form=AskForm())
    form = AskForm(request.POST)
    if not form.is_valid():
        return page(request, visit, "door.html", status=422, form=form)
    browser = known_browser(request, visit.store)
    try:
        asked = ask_for_login(
            store=visit.store,
            order_number=form.cleaned_data["order_number"],
            email=form.cleaned_data["email"],
            browser=browser,
            network=caller(request),
            now=visit.now,
        )
    except TooManyRequests as wait:
        return _too_many(request, visit, wait)
    return _to_digits(visit, asked, browser)


@portal_page
@for_customers
@require_POST
def again(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who is in proves once more whose mailbox they read."""
    browser = known_browser(request, visit.store)
    try:
        asked = ask_again(
            store=visit.store,
            customer=visit.session.customer,  # type: ignore[union-attr]
            browser=browser,
            network=caller(request),
            now=visit.now,
        )
    except TooManyRequests as wait:
        return _too_many(request, visit, wait)
    response = _to_digits(visit, asked, browser)
    if leads_back(visit, wanted := request.POST.get("next", "")):
        set_cookie(response, kind="next", store=visit.store, value=wanted, lasts=BACK_LASTS)
    return response


@sensitive_post_parameters("code")
@portal_page
@require_http_methods(READ)
def digits(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """“We have sent you a mail”, for those we know and those we do not, and a field for its digits."""
    asked = LoginRequest.objects.filter(public_id=public_id).first()
    browser = browser_of(request, visit.store)
    if asked is None or not is_of(asked=asked, browser=browser):
        return HttpResponseRedirect(reverse("portal:door", args=[visit.store.slug]))
    if request.method != "POST":
        return page(request, visit, "digits.html", asked=asked, was_wrong=False)
    try:
        let_in = log_in_by_code(
            asked=asked, code=request.POST.get("code", ""), browser=browser, now=real_now()
        )
    except NotLetIn:
        return page(request, visit, "digits.html", status=422, asked=asked, was_wrong=True)
    return _in(request, visit, let_in)


@portal_page
@require_http_methods(READ)
def enter(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """The link of a login mail. Looking uses nothing up: mail scanners look, and press nothing (A2)."""
    request_id = read_login_token(token)
    browser = browser_of(request, visit.store)
    asked = open_request(request_id=request_id, now=real_now()) if request_id else None
    if asked is None:
        return page(request, visit, "enter.html", status=410, state="over")
    if not is_of(asked=asked, browser=browser):
        return page(request, visit, "enter.html", state="elsewhere")
    if request.method != "POST":
        return page(request, visit, "enter.html", state="open")
    try:
        let_in = log_in_by_link(request_id=asked.public_id, browser=browser, now=real_now())
    except NotLetIn:
        return page(request, visit, "enter.html", status=410, state="over")
    return _in(request, visit, let_in)


@portal_page
@require_POST
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Log out here, and forget the session."""
    if visit.session is not None:
        PortalSession.objects.filter(pk=visit.session.pk).delete()
    response = HttpResponseRedirect(reverse("portal:door", args=[visit.store.slug]))
    response.delete_cookie(cookie_name(kind="in", store=visit.store), samesite="Lax")
    return response


def _to_digits(visit: Visit, asked: LoginRequest, browser: str) -> HttpResponse:
    address = reverse("portal:digits", args=[visit.store.slug, asked.public_id])
    response = HttpResponseRedirect(address)
    remember_browser(response, store=visit.store, browser=browser)
    return response


def _in(request: HttpRequest, visit: Visit, let_in: LetIn) -> HttpResponse:
    """A new session replaces whatever cookie was there: none can be planted beforehand (A9). Who was
    sent to prove it is them goes on where they were."""
    if visit.session is not None:
        PortalSession.objects.filter(pk=visit.session.pk).delete()
    back = request.COOKIES.get(cookie_name(kind="next", store=visit.store), "")
    orders = reverse("portal:orders", args=[visit.store.slug])
    response = HttpResponseRedirect(back if leads_back(visit, back) else orders)
    response.delete_cookie(cookie_name(kind="next", store=visit.store), samesite="Lax")
    set_cookie(response, kind="in", store=visit.store, value=let_in.token)
    return response


def _too_many(request: HttpRequest, visit: Visit, wait: TooManyRequests) -> HttpResponse:
    minutes = max(1, round(wait.seconds / 60))
    response = page(request, visit, "too_many.html", status=429, minutes=minutes, about_mails=True)
    response["Retry-After"] = str(wait.seconds)
    return response
