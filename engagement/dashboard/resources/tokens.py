"""API tokens: made here, shown once, revoked here."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from core.clock import now as store_now
from core.secrets import hash_token, new_token
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.once import shown_once
from engagement.dashboard.panels import moment
from orders.models import ApiToken

SCOPES = [
    ("events:write", "Send orders, parcels and customers"),
    ("orders:read", "Read orders"),
    ("documents:write", "Add documents to orders"),
]


class TokenForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label="May",
        choices=SCOPES,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        initial=["events:write"],
    )


@admin.register(ApiToken)
class TokenAdmin(StoreAdmin):
    area = "tokens"
    form = TokenForm
    empty_words = "A token lets a program of yours send orders to POST /api/v1/events."
    add_fields = ("name", "scopes")
    ordering = ("-created_at", "-id")
    list_display = ("name", "allowed", "made", "used", "state")
    actions_detail = ("revoke",)
    fieldsets = (
        (None, {"fields": ("name", "allowed", "created_at", "last_used_at", "revoked_at")}),
    )

    @display(description="May")
    def allowed(self, token: ApiToken) -> str:
        return ", ".join(dict(SCOPES).get(scope, scope) for scope in token.scopes) or "Nothing"

    @display(description="Made", ordering="created_at")
    def made(self, token: ApiToken) -> str:
        return moment(token.created_at)

    @display(description="Last used")
    def used(self, token: ApiToken) -> str:
        return moment(token.last_used_at)

    @display(description="State", label={"Valid": "success", "Revoked": "danger"})
    def state(self, token: ApiToken) -> str:
        return "Revoked" if token.revoked_at else "Valid"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        secret = new_token()
        obj.token_hash = hash_token(secret)
        obj.created_at = store_now(request.store)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        request.shown_once = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return shown_once(
            self,
            request,
            title=f"Token “{obj.name}”",
            words="Send it as the header “Authorization: Bearer …”.",
            secrets=[("Token", request.shown_once)],  # type: ignore[attr-defined]
        )

    @deed(
        title="Revoke",
        question="Programs that use this token are refused from now on. It cannot be brought back.",
        when=lambda token: token.revoked_at is None,
        icon="block",
        danger=True,
    )
    def revoke(self, *, request: HttpRequest, row: ApiToken, now: datetime) -> str | HttpResponse:
        ApiToken.objects.filter(pk=row.pk, revoked_at__isnull=True).update(revoked_at=now)
        return f"“{row.name}” is revoked."
