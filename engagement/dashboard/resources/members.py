"""Members of the store: who may work here, and as what."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminEmailInputWidget

from core.stores.models import Membership, User
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.invite import (
    invitation_link,
    may_be_invited_again,
    waits_for_password,
)
from engagement.dashboard.once import shown_once
from engagement.dashboard.panels import moment
from engagement.dashboard.second_factor.operations import switch_off


class MemberForm(forms.ModelForm):
    """A person is named by their exact address: the list of all people is nobody's business."""

    email = forms.EmailField(
        label="E-mail",
        widget=UnfoldAdminEmailInputWidget,
        help_text="The address they log in with. Somebody without an account gets one, and you get "
        "a link for them, once.",
        required=False,
    )
    store: Any = None
    invited = ""  # the address of somebody new

    class Meta:
        model = Membership
        fields = ("role",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk is None:
            self._find_person(cleaned.get("email", ""))
        elif cleaned.get("role") != Membership.Role.OWNER and is_last_owner(self.instance):
            self.add_error("role", "A store needs an owner. Make somebody else owner first.")
        return cleaned

    def _find_person(self, email: str) -> None:
        person = User.objects.filter(email=email.lower()).first()
        if not email:
            self.add_error("email", "Write the address that they will log in with.")
        elif person is None:
            self.invited = email.lower()
        elif not person.is_active:
            self.add_error(
                "email",
                "This account is switched off. Ask whoever runs this installation to switch it on.",
            )
        elif waits_for_password(person):
            self.add_error(
                "email",
                "This person was invited already and has not chosen a password yet. Add them once "
                "they have.",
            )
        elif Membership.objects.filter(user=person, store=self.store).exists():
            self.add_error("email", "This person is a member already.")
        else:
            self.instance.user = person


def is_last_owner(member: Membership) -> bool:
    """Whether nobody else owns the store."""
    was_owner = Membership.objects.filter(pk=member.pk, role=Membership.Role.OWNER).exists()
    owners = Membership.objects.filter(store_id=member.store_id, role=Membership.Role.OWNER)
    return was_owner and not owners.exclude(pk=member.pk).exists()


def may_lose_second_factor(member: Membership) -> bool:
    """Only where no other store relies on the same account; else whoever runs the installation does it."""
    alone = not Membership.objects.filter(user=member.user).exclude(pk=member.pk).exists()
    return member.user.second_factor_since is not None and alone and not member.user.is_superuser


@admin.register(Membership)
class MemberAdmin(StoreAdmin):
    area = "members"
    form = MemberForm
    add_fields = ("email", "role")
    editable = ("role",)
    list_display = ("person", "email_words", "role", "since", "has_entered", "second_factor")
    list_select_related = ("user",)
    actions_detail = ("invite_again", "forget_second_factor")
    ordering = ("user__email",)
    fieldsets = ((None, {"fields": ("person", "email_words", "role", "since")}),)

    @display(description="Name")
    def person(self, member: Membership) -> str:
        return str(member.user)

    @display(description="E-mail")
    def email_words(self, member: Membership) -> str:
        return member.user.email

    @display(description="Member since")
    def since(self, member: Membership) -> str:
        return moment(member.created_at)

    @display(description="Last login")
    def has_entered(self, member: Membership) -> str:
        if waits_for_password(member.user):
            return "Invited, no password yet"
        return moment(member.user.last_login)

    @display(description="Second factor", boolean=True)
    def second_factor(self, member: Membership) -> bool:
        return member.user.second_factor_since is not None

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.store = request.store  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and form.invited:
            obj.user = User.objects.create_user(email=form.invited)
            request.invited = obj.user  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        if getattr(request, "invited", None) is None:
            return super().response_add(request, obj, post_url_continue)
        return self._show_link(request, obj.user)

    def _show_link(self, request: HttpRequest, person: User) -> HttpResponse:
        words = (
            f"Give this link to {person.email}, and to nobody else: whoever opens it chooses the "
            "password. It works once, within three days."
        )
        link = invitation_link(request, person=person)
        return shown_once(self, request, title="Invitation", words=words, secrets=[("Link", link)])

    @deed(
        title="New invitation",
        question="They have not chosen a password yet. A link to do so is made and shown once; it "
        "works within three days.",
        when=may_be_invited_again,
        icon="mail_lock",
    )
    def invite_again(self, *, request: HttpRequest, row: Membership, now: datetime) -> HttpResponse:
        return self._show_link(request, row.user)

    @deed(
        title="Forget their second factor",
        question="Their telephone is lost? From now on the password alone lets them in, until they "
        "set the second step up again. Make sure that it is really they who ask.",
        when=may_lose_second_factor,
        icon="phonelink_erase",
        danger=True,
    )
    def forget_second_factor(self, *, request: HttpRequest, row: Membership, now: datetime) -> str:
        switch_off(user=row.user)
        return f"{row.user.email} gets in with the password alone now."

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_delete_permission(request, obj):
            return False
        member = self.get_object(request, obj.pk) if obj is not None else None
        return member is None or not is_last_owner(member)
