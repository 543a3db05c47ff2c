"""Members of the store: who may work here, and as what."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminEmailInputWidget

from core.stores.models import Membership, User
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import moment


class MemberForm(forms.ModelForm):
    """A person is named by their exact address: the list of all people is nobody's business."""

    email = forms.EmailField(
        label="E-mail",
        widget=UnfoldAdminEmailInputWidget,
        help_text="The address they log in with. They need an account on this installation.",
        required=False,
    )
    store: Any = None

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
        person = User.objects.filter(email=email.lower(), is_active=True).first()
        if person is None:
            self.add_error(
                "email",
                "Nobody with this address has an account here. Ask whoever runs this installation "
                "to make one, then add them again.",
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


@admin.register(Membership)
class MemberAdmin(StoreAdmin):
    area = "members"
    form = MemberForm
    add_fields = ("email", "role")
    editable = ("role",)
    list_display = ("person", "email_words", "role", "since")
    list_select_related = ("user",)
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

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.store = request.store  # type: ignore[attr-defined]
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_delete_permission(request, obj):
            return False
        member = self.get_object(request, obj.pk) if obj is not None else None
        return member is None or not is_last_owner(member)
