"""Inviting somebody who has no account yet: one link, once, where they choose their own password.

No mail is needed: whoever invites hands the link over. It is Django's password-reset token, so it
ends with its first use, after three days, or when the account's address changes. Whoever holds the
link first decides the password; a link for an account that already has one is never made.
"""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from unfold.widgets import INPUT_CLASSES

from core.stores.models import Membership, User


def invitation_link(request: HttpRequest, *, person: User) -> str:
    """The absolute address at which `person` chooses a first password."""
    key = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    return request.build_absolute_uri(reverse("admin:set_password", args=[key, token]))


def waits_for_password(person: User) -> bool:
    """Whether `person` was invited and has not chosen a password yet."""
    return person.is_active and not person.has_usable_password() and person.last_login is None


def may_be_invited_again(member: Membership) -> bool:
    """A new link only for somebody whom no other store knows: it opens the whole account."""
    person = member.user
    alone = not Membership.objects.filter(user=person).exclude(pk=member.pk).exists()
    return waits_for_password(person) and alone and not person.is_superuser


class FirstPassword(SetPasswordForm):
    """Twice the same, dressed like the login page."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = " ".join(INPUT_CLASSES)


class ChoosePassword(PasswordResetConfirmView):
    """Where the link leads. The token moves into the session at once, out of the address."""

    template_name = "dashboard/choose_password.html"
    form_class = FirstPassword
    post_reset_login = True
    success_url = reverse_lazy("admin:index")
    admin_site: Any = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**self.admin_site.each_context(self.request), **context}
