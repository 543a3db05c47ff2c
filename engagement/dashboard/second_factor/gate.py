"""Who has shown what beside the password, and who still has to (A8)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from core.stores.models import Store

ASKING, SETTING_UP = "second_factor", "second_factor_setup"
# What somebody half inside may still reach: the second step itself, and the way out.
OPEN = frozenset({"login", "logout", "jsi18n", "set_password", ASKING})


def turned_back(request: HttpRequest, *, page: str | None) -> HttpResponse | None:
    """Where to send somebody who has not shown their second factor, or has none where the store asks
    for one; None to let them pass. Costs no query for those who have none."""
    user: Any = request.user
    store: Store | None = getattr(request, "store", None)
    if page in OPEN:
        return None
    if user.second_factor_since is not None:
        return None if user.is_verified() else HttpResponseRedirect(reverse(f"admin:{ASKING}"))
    if store is not None and store.asks_second_factor and page not in (SETTING_UP, "choose_store"):
        return HttpResponseRedirect(reverse(f"admin:{SETTING_UP}"))
    return None
