"""One-click unsubscribe and preferences."""

from django.urls import path, re_path

from engagement.preferences import page
from engagement.preferences.confirm_page import confirm

app_name = "preferences"

urlpatterns = [
    path("brand/<uuid:public_id>.css", page.brand, name="brand"),
    path("confirm/<str:token>/", confirm, name="confirm"),
    # With and without the slash: a redirect would lose the one-click POST.
    re_path(r"^(?P<token>[A-Za-z0-9_=-]{1,200})/?$", page.preferences, name="page"),
]
