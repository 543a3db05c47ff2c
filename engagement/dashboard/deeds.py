"""Buttons that change something: a GET asks, only a POST does it, and the audit log remembers.

One decorator for the button on a row's page and for the same thing in a list's action menu.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.enums import ActionVariant

from core.clock import now as store_now
from engagement.dashboard.words import name_of

AT_ONCE = 200  # rows in one go of a list action


class Refused(Exception):
    """The deed cannot be done to this row; the message says why, for people."""


def always(row: Any) -> bool:
    return True


def deed(
    *,
    title: str,
    question: str | Callable[[Any], str],
    when: Callable[[Any], bool] = always,
    icon: str = "",
    danger: bool = False,
    go: str = "",
    form: Callable[..., forms.Form] | None = None,
) -> Callable[..., Any]:
    """Make ``method(self, *, request, row, now) -> str | HttpResponse`` a button.

    It runs in one transaction, answers with what happened in words, and may raise `Refused`.
    `question` is asked first (a function makes it of the row); `when` tells for which rows the button
    makes sense. With `form`, called as ``form(row, data)``, more is asked: the method gets it, valid,
    as ``form``; such a button is for one row, not for lists.
    """

    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def press(
            self: Any, request: HttpRequest, target: Any = None, object_id: Any = None
        ) -> HttpResponse | None:
            one = None if isinstance(target, models.QuerySet) else (object_id or target)
            rows = [_the_row(self, request, one)] if one else list(target[: AT_ONCE + 1])
            if not self.has_act_permission(request):
                raise PermissionDenied
            if len(rows) > AT_ONCE:
                messages.error(request, f"At most {AT_ONCE} at once. Nothing was changed.")
                return None
            is_sent = request.method == "POST" and "confirmed" in request.POST
            asked = form(rows[0], request.POST if is_sent else None) if form else None
            if not is_sent or (asked is not None and not asked.is_valid()):
                return _ask(self, request, rows, press, single=bool(one), form=asked)
            does = partial(method, form=asked) if asked is not None else method
            return _do(self, request, rows, press, does, single=bool(one))

        press.allowed_permissions = ("act",)  # type: ignore[attr-defined]
        press.short_description = title  # type: ignore[attr-defined]
        press.question = question  # type: ignore[attr-defined]
        press.when = when  # type: ignore[attr-defined]
        press.go = go or title  # type: ignore[attr-defined]
        press.icon = icon or None  # type: ignore[attr-defined]
        press.attrs = {}  # type: ignore[attr-defined]
        press.dialog = None  # type: ignore[attr-defined]
        press.variant = ActionVariant.DANGER if danger else ActionVariant.DEFAULT  # type: ignore[attr-defined]
        press.is_deed = True  # type: ignore[attr-defined]
        return press

    return mark


def _the_row(admin: Any, request: HttpRequest, object_id: Any) -> Any:
    row = admin.get_object(request, object_id)
    if row is None:
        raise Http404("No such row in this store.")
    return row


def _ask(
    admin: Any,
    request: HttpRequest,
    rows: list[Any],
    press: Any,
    *,
    single: bool,
    form: forms.Form | None = None,
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": press.short_description,
        "question": press.question(rows[0]) if callable(press.question) else press.question,
        "go": press.go,
        "danger": press.variant == ActionVariant.DANGER,
        "rows": [name_of(row) for row in rows[:20]],
        "list_name": admin.list_name,
        "others": max(0, len(rows) - 20),
        "ids": [] if single else [row.pk for row in rows],
        "id_field": ACTION_CHECKBOX_NAME,
        "action": press.__name__,
        "back": _back(admin, rows[0] if single else None),
        "opts": admin.opts,
        "form": form,
    }
    return TemplateResponse(request, "dashboard/confirm.html", context)


def _back(admin: Any, row: Any) -> str:
    stem = f"admin:{admin.opts.app_label}_{admin.opts.model_name}"
    return reverse(f"{stem}_change", args=[row.pk]) if row else reverse(f"{stem}_changelist")


def _do(
    admin: Any,
    request: HttpRequest,
    rows: list[Any],
    press: Any,
    method: Callable[..., Any],
    *,
    single: bool,
) -> HttpResponse:
    now: datetime = store_now(request.store)  # type: ignore[attr-defined]
    done: list[str] = []
    refused: list[str] = []
    for row in rows:
        try:
            with transaction.atomic():
                if not press.when(row):
                    raise Refused("This is not possible any more: it has moved on meanwhile.")
                outcome = method(admin, request=request, row=row, now=now)
                admin.note(request, row, press.__name__)
        except Refused as no:
            refused.append(str(no))
            continue
        if isinstance(outcome, HttpResponse):
            return outcome
        done.append(outcome)
    if done:
        messages.success(request, done[0] if len(done) == 1 else f"{len(done)} done. {done[-1]}")
    for words in dict.fromkeys(refused):
        count = refused.count(words)
        messages.warning(request, words if count == 1 else f"{count} left as they were: {words}")
    return HttpResponseRedirect(_back(admin, rows[0] if single and rows else None))
