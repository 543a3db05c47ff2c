"""The second step of logging in, and where one sets it up."""

import base64
from typing import Any

import django_otp
import segno
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.clock import real_now
from core.stores.models import User
from engagement.dashboard.second_factor.operations import (
    TooManyTries,
    WrongCode,
    app_to_set_up,
    confirm_app,
    prove,
    renew_recovery_codes,
    switch_off,
)

WRONG = "These digits are not the ones. Look at the app again: they change every half minute."


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """“Now the six digits.” A recovery code does as well."""
    user: Any = request.user
    home = HttpResponseRedirect(reverse("admin:index"))
    if not _is_staff(user):
        return redirect_to_login(reverse("admin:index"), reverse("admin:login"))
    if user.second_factor_since is None or user.is_verified():
        return home
    error = ""
    if request.method == "POST":
        try:
            device = prove(user=user, code=request.POST.get("code", ""), now=real_now())
        except TooManyTries as wait:
            return _too_many(request, wait)
        except WrongCode:
            error = WRONG
        else:
            _let_in(request, device)
            return home
    return _page(request, "second_factor.html", error=error)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Set the app up, make new recovery codes, or go back to the password alone."""
    user: Any = request.user
    if not _is_staff(user):
        return redirect_to_login(reverse("admin:index"), reverse("admin:login"))
    wish = request.POST.get("wish", "") if request.method == "POST" else ""
    try:
        if wish == "confirm" and user.second_factor_since is None:
            codes = confirm_app(user=user, code=request.POST.get("code", ""), now=real_now())
            _let_in(request, TOTPDevice.objects.get(user=user, confirmed=True))
            return _page(request, "recovery_codes.html", codes=codes)
        if wish in ("codes", "off") and user.second_factor_since is not None:
            prove(user=user, code=request.POST.get("code", ""), now=real_now())
            if wish == "codes":
                codes = renew_recovery_codes(user=user)
                return _page(request, "recovery_codes.html", codes=codes)
            switch_off(user=user)
            messages.success(request, "The second factor is switched off for your account.")
            return HttpResponseRedirect(reverse("admin:index"))
    except TooManyTries as wait:
        return _too_many(request, wait)
    except WrongCode:
        return _set_up_page(request, user, error=WRONG)
    return _set_up_page(request, user, error="")


def _set_up_page(request: HttpRequest, user: User, *, error: str) -> HttpResponse:
    if user.second_factor_since is not None:
        return _page(request, "second_factor_on.html", error=error)
    app = app_to_set_up(user=user)
    secret = base64.b32encode(app.bin_key).decode()
    address = (
        f"otpauth://totp/Afterglow:{user.email}?secret={secret}&issuer=Afterglow"
        f"&digits={app.digits}&period={app.step}"
    )
    return _page(
        request,
        "second_factor_setup.html",
        error=error,
        picture=segno.make(address, micro=False).svg_data_uri(scale=5, border=2),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )


def _let_in(request: HttpRequest, device: Any) -> None:
    django_otp.login(request, device)
    request.session.cycle_key()


def _is_staff(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_staff and user.is_active)


def _page(request: HttpRequest, template: str, **what: Any) -> HttpResponse:
    status = 422 if what.get("error") else 200
    return TemplateResponse(request, f"dashboard/{template}", what, status=status)


def _too_many(request: HttpRequest, wait: TooManyTries) -> HttpResponse:
    minutes = -(-wait.seconds // 60)
    page = TemplateResponse(request, "dashboard/too_many.html", {"minutes": minutes}, status=429)
    page.headers["Retry-After"] = str(wait.seconds)
    return page
